import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseChecker, LogChecker } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import type { Library } from './library.ts';
import { begin, entriesOf, loadedCa, readAll, readWhole, temporaryCa } from './temporary-ca.ts';

interface Flip {
  readonly offset: number;
  readonly bit: number;
}

function flipped(bytes: Buffer, { offset, bit }: Flip): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(offset) ^ (1 << bit), offset);
  return copy;
}

async function flipOnDisk(path: string, { offset, bit }: Flip): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(flipped(byte, { offset: 0, bit }), 0, 1, offset);
  await file.close();
}

/** Everything of a full session by name. */
function fullOf(library: Library): Map<string, Buffer> {
  const handle = begin(library);
  const files = new Map<string, Buffer>();
  for (const list of ['databaseNames', 'backupLogs'] as const) {
    for (const entry of entriesOf(library, library[list](handle))) {
      files.set(entry.split('\\').at(-1) ?? '', readWhole(library, handle, entry.slice(1)));
    }
  }
  expect(library.end(handle)).toBe(0);
  return files;
}

function databaseKinds(file: Buffer): string[] {
  const checker = new DatabaseChecker({ expected: 'streaming-copy' });
  checker.feed(file);
  return checker.end().findings.map(({ kind }) => kind);
}

describe('damage on the way', () => {
  it('turns one bit of what is handed out, however it is read', async () => {
    const { ca, library } = await loadedCa();
    const log = { file: 'edb00004.log', offset: 5 * 4096 + 77, bit: 6 };
    const page = { file: 'Demo Issuing CA 1.edb', offset: 40 * 4096 + 300, bit: 0 };
    const trailer = { file: page.file, offset: 256 * 1024 + 50, bit: 7 };
    await ca.setFaults({ flipBits: [log, page, trailer, { ...log, file: 'edb00009.log' }], shortReadBytes: 4099 });
    const [disk, edb] = [await readFile(join(ca.logFolder, log.file)), await readFile(ca.databasePath)];
    const files = fullOf(library);
    expect(files.get(log.file)).toEqual(flipped(disk, log));
    const copy = files.get(page.file) ?? Buffer.alloc(0);
    expect(copy.subarray(8192, edb.length)).toEqual(flipped(edb, page).subarray(8192));
    expect(databaseKinds(copy)).toEqual(['page-bit-flipped', 'trailer-bad']);
    expect(databaseKinds(flipped(flipped(copy, page), trailer))).toEqual([]);
    expect(
      [await readFile(join(ca.logFolder, log.file)), await readFile(ca.databasePath)].map((file) => file.length),
    ).toEqual([disk.length, edb.length]);
  });

  it('is in the recorded digests, and over when faults are cleared', async () => {
    const { ca, library } = await loadedCa();
    await ca.recordDigests(true);
    const logDigest = async () => {
      await ca.clearReport();
      fullOf(library);
      return (await ca.report()).digests.find(({ path }) => path.endsWith('edb00003.log'))?.sha256;
    };
    const sound = await logDigest();
    await ca.setFaults({ flipBits: [{ file: 'edb00003.log', offset: 1, bit: 1 }] });
    expect(await logDigest()).not.toBe(sound);
    await ca.clearFaults();
    expect(await logDigest()).toBe(sound);
  });
});

describe('damage on the disk', () => {
  const inLog = { offset: 20 * 4096 + 100, bit: 3 };

  it.each([
    { what: 'page-bit-flipped', offset: 30 * 4096 + 9, bit: 2 },
    { what: 'header-bad', offset: 300, bit: 5 },
  ])(
    'fails the read of a database ($what), and is handed out when reads are not checked',
    async ({ what, ...flip }) => {
      const { ca, library } = await loadedCa();
      await flipOnDisk(ca.databasePath, flip);
      const handle = begin(library);
      const [entry = ''] = entriesOf(library, library.databaseNames(handle));
      const opened = library.openFile(handle, entry.slice(1)).hresult;
      const hresult = opened === 0 ? library.read(handle, new Uint8Array(512 * 1024)).hresult : opened;
      expect(hresult).toBe(0xc80003fa);
      library.end(handle);
      await ca.checkReads(false);
      const copy = fullOf(library).get('Demo Issuing CA 1.edb') ?? Buffer.alloc(0);
      expect(databaseKinds(copy)).toContain(what === 'header-bad' ? 'headers-bad' : what);
      await ca.checkReads(true);
      await flipOnDisk(ca.databasePath, flip);
      expect(databaseKinds(fullOf(library).get('Demo Issuing CA 1.edb') ?? copy)).toEqual([]);
    },
  );

  it('fails the read of a log, and is handed out when reads are not checked', async () => {
    const { ca, library } = await loadedCa();
    const path = join(ca.logFolder, 'edb00003.log');
    await flipOnDisk(path, inLog);
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    const [entry = ''] = entriesOf(library, library.backupLogs(handle));
    library.openFile(handle, entry.slice(1));
    expect(library.read(handle, new Uint8Array(2 ** 20)).hresult).toBe(0xc8000264);
    library.end(handle);
    await ca.checkReads(false);
    const checker = new LogChecker();
    checker.feed(fullOf(library).get('edb00003.log') ?? Buffer.alloc(0));
    expect(checker.end().findings.map(({ kind }) => kind)).toEqual(['segment-bit-flipped']);
  });

  it('may be a log that is gone, or one of another CA', async () => {
    const { ca, library } = await loadedCa();
    const other = await temporaryCa({ seed: 2 });
    await ca.putLogOf(other, 4);
    expect(fullOf(library).get('edb00004.log')).toEqual(await readFile(join(other.logFolder, 'edb00004.log')));
    await ca.removeLog(4);
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    expect(library.backupLogs(handle).hresult).toBe(0xc8000239);
    library.end(handle);
    await expect(ca.removeLog(4)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(ca.putLogOf(other, 4)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
