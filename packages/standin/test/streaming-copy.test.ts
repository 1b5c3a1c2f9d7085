import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPage, decodeDatabaseHeader, decodeTrailer, isHeaderValid } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import type { StandinCa } from '../src/index.ts';
import type { Library } from './library.ts';
import { backUp, begin, entriesOf, FULL, loadedCa, readAll, readWhole, temporaryFolder } from './temporary-ca.ts';

function copyOf(library: Library): Buffer {
  const handle = begin(library);
  const [copy] = readAll(library, handle, library.databaseNames(handle));
  library.end(handle);
  return copy ?? Buffer.alloc(0);
}

async function damage(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.from([0x99, 0x98, 0x97]), 0, 3, offset);
  await file.close();
}

describe.each([4096, 8192, 32768])('streaming copy of a database with pages of %i bytes', (pageSize) => {
  it('has patched headers, the pages as they are, and a trailer', async () => {
    const { ca, library } = await loadedCa({ pageSize, databaseBytes: 40 * pageSize });
    const [disk, copy] = [await readFile(ca.databasePath), copyOf(library)];
    expect(copy.length).toBe(disk.length + pageSize);
    const header = copy.subarray(0, pageSize);
    expect(isHeaderValid(header)).toBe(true);
    expect(copy.subarray(pageSize, 2 * pageSize).equals(header)).toBe(true);
    expect(copy.subarray(2 * pageSize, disk.length).equals(disk.subarray(2 * pageSize))).toBe(true);
    const [live, copied] = [decodeDatabaseHeader(disk), decodeDatabaseHeader(header)];
    expect({ ...copied, currentFullBackup: undefined }).toEqual(live);
    const backup = copied?.currentFullBackup;
    expect(backup).toMatchObject({ mark: { generation: 5, sector: 6, byte: 0 }, genLow: 3, genHigh: 0 });
    const trailer = decodeTrailer(copy.subarray(disk.length));
    expect(trailer?.backup).toEqual({ ...backup, genHigh: 5 });
    expect(trailer?.databaseSignature).toEqual(live?.databaseSignature);
    expect(trailer?.logSignature).toEqual(live?.logSignature);
    const view = new DataView(copy.buffer, copy.byteOffset, disk.length);
    for (let offset = 2 * pageSize; offset < disk.length; offset += pageSize) {
      expect(checkPage(view, { offset, number: offset / pageSize - 1 }, pageSize)).not.toBe('bad');
    }
  });
});

describe('opened files', () => {
  it('are announced larger than on disk, and end with reads of nothing', async () => {
    const { ca, library } = await loadedCa();
    const handle = begin(library);
    const [name = ''] = entriesOf(library, library.databaseNames(handle)).map((entry) => entry.slice(1));
    const size = (await readFile(ca.databasePath)).length + 4096;
    expect(library.openFile(handle, name)).toEqual({ hresult: 0, sizeBytes: size });
    const buffer = new Uint8Array(512 * 1024);
    expect(library.read(handle, buffer)).toEqual({ hresult: 0, got: size });
    expect(library.read(handle, buffer)).toEqual({ hresult: 0, got: 0 });
    expect(library.read(handle, buffer)).toEqual({ hresult: 0, got: 0 });
    library.end(handle);
  });

  it('have their digests recorded when asked', async () => {
    const { ca, library } = await loadedCa();
    copyOf(library);
    expect((await ca.report()).digests).toEqual([]);
    await ca.recordDigests(true);
    const copy = copyOf(library);
    const [digest] = (await ca.report()).digests;
    expect(digest?.sizeBytes).toBe(copy.length);
    expect(digest?.sha256).toBe(createHash('sha256').update(copy).digest('hex'));
    expect(digest?.path).toMatch(/\\CertLog\\Demo Issuing CA 1\.edb$/);
  });

  it('are closed when a page is damaged, but the session goes on to its end', async () => {
    const { ca, library } = await loadedCa();
    await damage(ca.databasePath, 30 * 4096 + 1000);
    const handle = begin(library);
    const [name = ''] = entriesOf(library, library.databaseNames(handle)).map((entry) => entry.slice(1));
    library.openFile(handle, name);
    const buffer = new Uint8Array(65536);
    expect(library.read(handle, buffer)).toEqual({ hresult: 0, got: 65536 });
    expect(library.read(handle, buffer)).toEqual({ hresult: 0xc80003fa, got: 0 });
    expect(library.close(handle)).toBe(0xc8000209);
    expect(library.openFile(handle, name).hresult).toBe(0);
    expect(library.close(handle)).toBe(0);
    expect(library.end(handle)).toBe(0xc8000209);
  });

  it('end the session when a log is damaged', async () => {
    const { ca, library } = await loadedCa();
    await damage(join(ca.logFolder, 'edb00004.log'), 20 * 4096 + 1000);
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    const [, name = ''] = entriesOf(library, library.backupLogs(handle)).map((entry) => entry.slice(1));
    expect(name).toMatch(/edb00004\.log$/);
    library.openFile(handle, name);
    expect(library.read(handle, new Uint8Array(1024 * 1024)).hresult).toBe(0xc8000264);
    expect(library.close(handle)).toBe(0xc8000208);
    expect(library.openFile(handle, name).hresult).toBe(0xc8000208);
    expect(library.end(handle)).toBe(0xc8000208);
    expect(library.end(handle)).toBe(0x80070006);
  });
});

describe('a file served as it is', () => {
  async function served(content: Buffer): Promise<{ ca: StandinCa; library: Library }> {
    const loaded = await loadedCa();
    const path = join(await temporaryFolder(), 'real.edb');
    await writeFile(path, content);
    await loaded.ca.serveFile(path);
    return loaded;
  }

  it('comes byte for byte, whatever it is', async () => {
    const content = Buffer.from('no database at all, and no whole page either '.repeat(500));
    const { ca, library } = await served(content);
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    expect(readWhole(library, handle, entry.slice(1)).equals(content)).toBe(true);
    library.end(handle);
    expect((await readFile(ca.databasePath)).equals(content)).toBe(true);
  });

  it('is left alone at the end of a session that truncated', async () => {
    const content = Buffer.alloc(70_000, 7);
    const { ca, library } = await served(content);
    backUp(library, FULL, { truncate: true });
    expect((await readFile(ca.databasePath)).equals(content)).toBe(true);
  });
});
