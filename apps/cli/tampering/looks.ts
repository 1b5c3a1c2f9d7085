import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compareRestored } from '@adcs-backup/standin';
import { expect } from 'vitest';
import { restoredFiles } from '../cloud/whole-story.ts';
import { type CliResult, jsonLines } from '../test/run-cli.ts';
import { inProcess } from './in-process.ts';
import type { StoredSet } from './story.ts';

/** Where sets lie, and who looks at them. */
export interface Looking {
  readonly folder: string;
  readonly sink: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Keys. */
  readonly reading: readonly string[];
  /** Then what people read is not looked at: it has the same words everywhere. */
  readonly isSlow?: boolean;
}

export async function verify({ sink, env, reading }: Looking, ...flags: readonly string[]): Promise<CliResult> {
  return await inProcess(['verify', sink, '--read-data', ...reading, ...flags], env);
}

/** Nothing is wrong, in any set. */
export async function expectIntact(looking: Looking): Promise<void> {
  const { exitCode, stdout, stderr } = await verify(looking, '--json');
  expect(jsonLines(stdout).filter(({ type }) => type === 'finding')).toEqual([]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
}

/** What verify must find, and nothing else. */
export interface Expected {
  /** Keys: each is named, and whatever is found is about one of them. */
  readonly named: readonly string[];
  readonly codes: readonly string[];
}

/** In JSON, and so that people read it. */
export async function expectFound(looking: Looking, expected: Expected, ...flags: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await verify(looking, '--json', ...flags);
  expect(exitCode, stderr).toBe(14);
  const findings = jsonLines(stdout).filter(({ type }) => type === 'finding');
  const about = findings.map(({ key, message }) => `${key} ${message}`);
  expect(about.filter((each) => !expected.named.some((key) => each.includes(key)))).toEqual([]);
  expect(expected.named.filter((key) => !about.some((each) => each.includes(key)))).toEqual([]);
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(expected.codes));
  if (looking.isSlow === true) return;
  const text = await verify(looking, ...flags);
  for (const key of expected.named) expect(text.stdout).toContain(key);
  expect(text.exitCode).toBe(14);
}

/**
 * `refused`: exit code 14, and nothing is left in the folder. `right`: every byte that the CA had handed out, exit code
 * 0. `told`: the same, and a warning, exit code 3.
 */
export type Restored = 'refused' | 'right' | 'told';

interface RestoredSet {
  readonly restored: Restored;
  readonly stdout: string;
  readonly stderr: string;
}

/** Restores into a new folder. Any end but these three fails. */
export async function restore(looking: Looking, set: StoredSet, label: string = set.label): Promise<RestoredSet> {
  const parent = await mkdtemp(join(looking.folder, 'restored-'));
  const to = join(parent, 'to');
  const address = [looking.sink, label, '--ca', set.ca, '--to', to];
  try {
    const { exitCode, stdout, stderr } = await inProcess(
      ['restore', ...address, ...looking.reading, '--json'],
      looking.env,
    );
    expect([0, 3, 14], stderr).toContain(exitCode);
    if (exitCode === 14) {
      expect(await everythingIn(parent)).toEqual(existsSync(to) ? ['to'] : []);
      return { restored: 'refused', stdout, stderr };
    }
    const files = restoredFiles(jsonLines(stdout));
    const { differences } = await compareRestored(files, set.handedOut, set.enrollFolder);
    expect(differences).toEqual([]);
    return { restored: exitCode === 0 ? 'right' : 'told', stdout, stderr };
  } finally {
    await rm(parent, { recursive: true });
  }
}

async function everythingIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder, { recursive: true });
}
