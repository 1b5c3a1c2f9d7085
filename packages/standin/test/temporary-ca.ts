import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { buildStandin, type CaShape, createCa, type StandinCa } from '../src/index.ts';
import { type Library, type ListAnswer, loadLibrary } from './library.ts';

export const FULL = 1;
export const LOGS_ONLY = 2;
export const server: string = hostname();

// The first test isn't to be charged for the compiler's time.
beforeAll(async () => {
  await buildStandin();
}, 120_000);

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'standin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A small CA that is gone after the test. */
export async function temporaryCa(shape: CaShape = {}): Promise<StandinCa> {
  return await createCa(join(await temporaryFolder(), 'CA folder'), { databaseBytes: 256 * 1024, ...shape });
}

/** A small CA with its library loaded. */
export async function loadedCa(shape: CaShape = {}): Promise<{ ca: StandinCa; library: Library }> {
  const ca = await temporaryCa(shape);
  const library = loadLibrary(ca.library);
  onTestFinished(() => library.unload());
  return { ca, library };
}

export function begin(library: Library, type: 1 | 2 = FULL): bigint {
  const { hresult, handle } = library.prepare(server, type);
  expect(hresult).toBe(0);
  return handle;
}

/** The entries of a list, whose buffer is freed; with their tags. */
export function entriesOf(library: Library, answer: ListAnswer): string[] {
  expect(answer.hresult).toBe(0);
  if (answer.buffer !== 0n) library.free(answer.buffer);
  return answer.text.split('\0').filter((entry) => entry !== '');
}

/** Opens, reads to the end, closes. */
export function readWhole(library: Library, handle: bigint, name: string): Buffer {
  expect(library.openFile(handle, name).hresult).toBe(0);
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(512 * 1024);
  for (;;) {
    const { hresult, got } = library.read(handle, buffer);
    expect(hresult).toBe(0);
    if (got === 0) break;
    parts.push(Buffer.from(buffer.subarray(0, got)));
  }
  expect(library.close(handle)).toBe(0);
  return Buffer.concat(parts);
}

/** Reads every file of a list whose entries have tags. */
export function readAll(library: Library, handle: bigint, answer: ListAnswer): Buffer[] {
  return entriesOf(library, answer).map((entry) => readWhole(library, handle, entry.slice(1)));
}

/** A whole session as it should be. */
export function backUp(library: Library, type: 1 | 2, options: { readonly truncate?: boolean } = {}): void {
  const handle = begin(library, type);
  if (type === FULL) readAll(library, handle, library.databaseNames(handle));
  readAll(library, handle, library.backupLogs(handle));
  if (options.truncate === true) expect(library.truncate(handle)).toBe(0);
  expect(library.end(handle)).toBe(0);
}
