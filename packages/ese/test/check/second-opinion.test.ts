import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDatabase } from './made-files.ts';

/** What esedbinfo (Debian package libesedb-utils), made by others, says of the same files. */

const tool = 'esedbinfo';
const samples = new URL('../../../../../shared/samples/ese/', import.meta.url);
const hasTool = spawnSync(tool, ['-V']).error === undefined;
const hasSamples = existsSync(samples);
if (!hasTool) process.stdout.write(`skipped: ${tool} is not on this machine (apt package libesedb-utils)\n`);
else if (!hasSamples) process.stdout.write('skipped: the samples are not on this machine\n');

const folder = mkdtempSync(join(tmpdir(), 'ese-second-opinion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Format, without its minor update, which the tool doesn't know, and page size; undefined when it refuses the file. */
function opinionOn(name: string, file: Uint8Array): { format: string; pageSize: number } | undefined {
  const path = join(folder, name);
  writeFileSync(path, file);
  const { stdout } = spawnSync(tool, [path], { encoding: 'utf8' });
  const format = /Current format:\s+(0x[0-9a-f]+,\d+)/.exec(stdout)?.[1];
  const pageSize = /Page size:\s+(\d+) bytes/.exec(stdout)?.[1];
  return format === undefined || pageSize === undefined ? undefined : { format, pageSize: Number(pageSize) };
}

function ourOpinion(file: Uint8Array): { format: string; pageSize: number } | undefined {
  const { facts } = checkDatabase(file);
  return facts && { format: facts.formatVersion.replace(/,\d+$/, ''), pageSize: facts.pageSize };
}

describe.runIf(hasTool && hasSamples)('esedbinfo agrees on format and page size', () => {
  it.each([
    'dissect-basic.edb',
    'dissect-text.edb',
    'dissect-index.edb',
    'dissect-Current.mdb',
    'plaso-SystemIdentity.mdb',
    'velocidex-SRUDB.dat',
    'velocidex-HyperV-PC-Current.mdb',
  ])('of %s', (name) => {
    const file = gunzipSync(readFileSync(new URL(`${name}.gz`, samples)));
    const theirs = opinionOn(name, file);
    expect(theirs).toBeDefined();
    expect(ourOpinion(file)).toEqual(theirs);
  });

  it.each(['velocidex-qmgr.db', 'secedit-yagura-secedit.sdb'])('of %s, if it can open that', (name) => {
    const file = gunzipSync(readFileSync(new URL(`${name}.gz`, samples)));
    const ours = ourOpinion(file);
    expect([ours, undefined]).toContainEqual(opinionOn(name, file));
    expect(ours).toBeDefined();
  });

  // Opening this one takes it as long as all other tests together.
  it.runIf(process.env['ESE_TEST_EXHAUSTIVE'] === '1')('of dissect-large.edb', { timeout: 240_000 }, () => {
    const file = gunzipSync(readFileSync(new URL('dissect-large.edb.gz', samples)));
    expect(opinionOn('dissect-large.edb', file)).toEqual({ format: '0x620,20', pageSize: 32768 });
    expect(ourOpinion(file)).toEqual({ format: '0x620,20', pageSize: 32768 });
  });
});
