import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** A whole session, whose files are written into a folder that `restoreFrom` takes. */
export async function backUpTo(
  folder: string,
  library: Library,
  options: { readonly type?: 1 | 2; readonly truncate?: boolean; readonly between?: () => Promise<void> } = {},
): Promise<void> {
  const { type = FULL, truncate = false, between } = options;
  const handle = begin(library, type);
  const locations = library.locations(handle);
  await writeFile(join(folder, 'certbkxp.dat'), locations.text, 'utf16le');
  entriesOf(library, locations);
  const save = async (entry: string): Promise<void> => {
    await writeFile(
      join(folder, entry.split('\\').at(-1) ?? ''),
      await readSlowly(library, { handle, entry }, between),
    );
  };
  if (type === FULL) for (const entry of entriesOf(library, library.databaseNames(handle))) await save(entry);
  for (const entry of entriesOf(library, library.backupLogs(handle))) await save(entry);
  if (truncate) expect(library.truncate(handle)).toBe(0);
  expect(library.end(handle)).toBe(0);
}

/** Reads a file in small steps, with something in between. */
async function readSlowly(
  library: Library,
  { handle, entry }: { readonly handle: bigint; readonly entry: string },
  between?: () => Promise<void>,
): Promise<Buffer> {
  if (between === undefined) return readWhole(library, handle, entry.slice(1));
  expect(library.openFile(handle, entry.slice(1)).hresult).toBe(0);
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    const { hresult, got } = library.read(handle, buffer);
    expect(hresult).toBe(0);
    if (got === 0) break;
    parts.push(Buffer.from(buffer.subarray(0, got)));
    await between();
  }
  expect(library.close(handle)).toBe(0);
  return Buffer.concat(parts);
}
