import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '@adcs-backup/core';
import type { MemorySink } from '@adcs-backup/core/testing';
import { expect } from 'vitest';
import { temporaryFolder } from '../arrange.ts';

const script = join(import.meta.dirname, '../../../../docs/restore-by-hand.py');

/** Of every set that is made with the clock of the tests. */
export const label = '20261121T180316Z-full';

/** The interpreter itself: `python3` may be a script that needs a PATH. */
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim();
const hasZstd = spawnSync('zstd', ['--version']).status === 0;
/** What the script needs and this machine lacks. */
export const missing: readonly string[] = [python ? '' : 'python3', hasZstd ? '' : 'zstd'].filter(
  (name) => name !== '',
);
if (missing.length > 0) console.warn(`skipped: restoring by hand, because ${missing.join(' and ')} can't be run`);

/** A set in a folder: what any tool copies out of a sink. */
export interface StoredCopy {
  readonly folder: string;
  readonly manifestKey: string;
  readonly manifest: Manifest;
}

/** A folder with everything that is stored. */
export function folderOf(stored: MemorySink): string {
  const folder = temporaryFolder();
  for (const [key, { bytes }] of stored.objects) writeObject(folder, key, bytes);
  return folder;
}

/** Of the set with that {@link label}. */
export function copyOf(stored: MemorySink): StoredCopy {
  const folder = folderOf(stored);
  const manifestKey = [...stored.objects.keys()].find((key) => key.endsWith(`${label}.json`)) ?? 'no manifest';
  return { folder, manifestKey, manifest: JSON.parse(readFileSync(join(folder, manifestKey), 'utf8')) };
}

export function writeObject(folder: string, key: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, key)), { recursive: true });
  writeFileSync(join(folder, key), bytes);
}

export function runScript(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): { status: number | null; said: string; failure: string } {
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', [script, ...args], { encoding: 'utf8', env });
  return { status, said: stdout, failure: stderr.split('\n').findLast((line) => line !== '') ?? '' };
}

/** The script fails on the copy as it now is, says `about`, and leaves nothing. */
export function expectRefused(folder: string, about: string): void {
  const to = join(temporaryFolder(), 'to');
  const { status, said, failure } = runScript([folder, label, to]);
  expect(failure).toContain('FAILED, nothing was restored: ');
  expect(failure).toContain(about);
  expect(status).toBe(1);
  expect(said).not.toContain('restored  ');
  expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
}

export function editManifest({ folder, manifestKey }: StoredCopy, from: string, to: string): void {
  const before = readFileSync(join(folder, manifestKey), 'utf8');
  expect(before).toContain(from);
  writeFileSync(join(folder, manifestKey), before.replaceAll(from, to));
}

export function flipByte(folder: string, key: string, offset: number): void {
  const bytes = readFileSync(join(folder, key));
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  writeFileSync(join(folder, key), bytes);
}

/** As somebody does who may write to the sink: the manifest gets the digest of what the object is now. */
export function forgeDigest(copy: StoredCopy, key: string): void {
  const { maps, packs }: Manifest = JSON.parse(readFileSync(join(copy.folder, copy.manifestKey), 'utf8'));
  const sha256 = [...maps, ...packs].find((record) => record.key === key)?.sha256 ?? 'no such object';
  editManifest(copy, sha256, hash('sha256', readFileSync(join(copy.folder, key))));
}

export function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error('the list is empty');
  return item;
}
