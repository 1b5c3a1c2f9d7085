import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareRestored,
  type Issuance,
  type RestoredFile,
  type StandinCa,
  type StandinReport,
} from '@adcs-backup/standin';
import { expect, test } from 'vitest';
import { newPlace, type Place } from '../test/place.ts';
import { cli, type JsonObject, jsonLines } from '../test/run-cli.ts';
import { storedBytesOf } from './stored-objects.ts';

const BLOCK = 64 * 1024;
const FULLS = 20;

/** What the CA does before each full but the first; every fourth time nothing. */
function issuanceBefore(full: number): Issuance | undefined {
  if (full % 4 === 3) return undefined;
  return { changedPages: 15 * full, appendedPages: full % 3 === 0 ? 40 : 0, logs: 1 + (full % 2) };
}

/** Digest of each block; '' for a block of zeros. */
async function blocksOf(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path);
  const zeros = Buffer.alloc(BLOCK);
  return Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) => {
    const block = bytes.subarray(index * BLOCK, (index + 1) * BLOCK);
    if (block.equals(zeros.subarray(0, block.length))) return '';
    return createHash('sha256').update(block).digest('hex');
  });
}

/** Counts on the CA's own disk what a copy must hold that the copy before didn't. */
class ChangeCounter {
  readonly #ca: StandinCa;
  readonly #known: Set<string> = new Set();
  #database: readonly string[] = [];

  constructor(ca: StandinCa) {
    this.#ca = ca;
  }

  /** Changed blocks of the database, without those of header and trailer: the engine makes these for each copy. */
  async database(): Promise<number> {
    const before = this.#database;
    this.#database = await blocksOf(this.#ca.databasePath);
    const trailer = Math.floor((await stat(this.#ca.databasePath)).size / BLOCK);
    return this.#database.filter((digest, index) => {
      return digest !== '' && digest !== before[index] && index !== 0 && index !== trailer;
    }).length;
  }

  /** Blocks of logs and dynamic files that were not there before. */
  async otherFiles(digests: StandinReport['digests']): Promise<number> {
    const logs = digests.map(({ path }) => path.split('\\').at(-1) ?? '').filter((name) => name.endsWith('.log'));
    const dynamic = await readdir(this.#ca.enrollFolder);
    const paths = [
      ...logs.map((name) => join(this.#ca.logFolder, name)),
      ...dynamic.map((name) => join(this.#ca.enrollFolder, name)),
    ];
    let blocks = 0;
    for (const path of paths.filter((path) => !this.#known.has(path))) {
      this.#known.add(path);
      blocks += (await blocksOf(path)).filter((digest) => digest !== '').length;
    }
    return blocks;
  }
}

interface Full {
  readonly label: string;
  readonly issuance: Issuance | undefined;
  readonly handedOut: StandinReport['digests'];
  readonly blocks: number;
  readonly newBlocks: number;
  readonly changedBlocks: number;
  readonly otherBlocks: number;
  readonly packBytes: number;
  readonly mapBytes: number;
}

async function takeFull(place: Place, changes: ChangeCounter, issuance: Issuance | undefined): Promise<Full> {
  if (issuance !== undefined) await place.ca.issueCertificates(issuance);
  await place.ca.clearReport();
  const changedBlocks = await changes.database();
  const { exitCode, stdout, stderr } = await cli([...place.backup, '--json']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const ended = jsonLines(stdout).find(({ type }) => type === 'backup-ended');
  const label = String(ended?.['label']);
  const { packBytes, mapBytes } = await storedBytesOf(place.sink, label);
  expect(ended?.['storedBytes']).toBe(packBytes + mapBytes);
  const { digests: handedOut } = await place.ca.report();
  const otherBlocks = await changes.otherFiles(handedOut);
  const [blocks, newBlocks] = [Number(ended?.['blocks']), Number(ended?.['newBlocks'])];
  return { label, issuance, handedOut, blocks, newBlocks, changedBlocks, otherBlocks, packBytes, mapBytes };
}

/** One line for each set. */
function table(fulls: readonly Full[]): string {
  const rows = fulls.map((full) =>
    [full.blocks, full.changedBlocks, full.otherBlocks, full.newBlocks, full.packBytes, full.mapBytes]
      .map((number) => String(number).padStart(11))
      .join(''),
  );
  const titles = ['blocks', 'changed', 'in others', 'new', 'pack bytes', 'map bytes'];
  return [titles.map((title) => title.padStart(11)).join(''), ...rows].join('\n');
}

/** What changed on the CA's disk, new logs, header and trailer, and nothing else. */
function expectOnlyChangesStored(full: Full): void {
  expect(full.newBlocks).toBe(full.changedBlocks + full.otherBlocks + 2);
  expect(full.packBytes).toBeLessThanOrEqual(full.newBlocks * BLOCK);
  expect(full.mapBytes).toBeLessThan(full.blocks * 48 + 16 * 1024);
  if (full.issuance !== undefined) return;
  // The engine itself writes its backup's time into header and trailer, and begins a log for each backup.
  expect(full).toMatchObject({ changedBlocks: 0, otherBlocks: 1, newBlocks: 3 });
  expect(full.packBytes).toBeLessThanOrEqual(3 * BLOCK);
}

async function restored(place: Place, label: string, to: string): Promise<readonly RestoredFile[]> {
  const { exitCode, stdout } = await cli(['restore', place.sink, label, '--to', to, '--json']);
  expect(exitCode).toBe(0);
  const files = jsonLines(stdout).find(({ type }) => type === 'set-restored')?.['files'];
  if (!Array.isArray(files)) throw new Error(`no set-restored in ${stdout}`);
  return files.map((file: JsonObject) => {
    return { role: String(file['role']), name: String(file['name']), path: String(file['path']) };
  });
}

test('twenty fulls of a CA that issues certificates store what changed, and each comes back as it was handed out', async () => {
  const place = await newPlace({ databaseBytes: 40 * 1024 ** 2, logCount: 4, checkpointLag: 3 });
  await place.ca.recordDigests(true);
  const changes = new ChangeCounter(place.ca);
  const fulls: Full[] = [];
  for (let full = 0; full < FULLS; full++) {
    fulls.push(await takeFull(place, changes, full === 0 ? {} : issuanceBefore(full)));
  }
  console.log(table(fulls));
  for (const full of fulls) expectOnlyChangesStored(full);
  expect(new Set(fulls.map(({ label }) => label)).size).toBe(FULLS);

  const verified = await cli(['verify', place.sink, '--read-data']);
  expect(verified).toMatchObject({ exitCode: 0 });
  expect(verified.stdout.match(/: intact, not signed;/g)).toHaveLength(FULLS);
  for (const { label, handedOut } of fulls) {
    const to = join(place.folder, 'restored');
    const files = await restored(place, label, to);
    const { identical, differences } = await compareRestored(files, handedOut, place.ca.enrollFolder);
    expect({ label, differences }).toEqual({ label, differences: [] });
    expect(identical).toHaveLength(files.length);
    await rm(to, { recursive: true });
  }
});
