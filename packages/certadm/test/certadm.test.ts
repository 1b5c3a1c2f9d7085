import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCertSrv } from '../src/index.ts';
import { newCa, openFirstDatabase, openLibrary, openSession, readAll, readWholeBackup, server } from './stand-in.ts';

describe('a whole backup', () => {
  it('calls Certadm in the documented order, all from one thread, and leaves nothing behind', async () => {
    const ca = await newCa({ databaseBytes: 64 * 1024, logCount: 1, checkpointLag: 1 });
    const certSrv = await openLibrary(ca);
    expect(await certSrv.isServerOnline(server)).toBe(true);
    const session = await certSrv.prepareBackup(server, 'full');
    await readWholeBackup(session);
    await session.dynamicFiles();
    await session.truncateLogs();
    await session.end();
    await certSrv[Symbol.asyncDispose]();

    const report = await ca.report();
    const names = report.calls.map((call) => call.name).filter((name) => name !== 'CertSrvBackupRead');
    expect(names).toMatchInlineSnapshot(`
      [
        "CertSrvIsServerOnlineW",
        "CertSrvBackupPrepareW",
        "CertSrvRestoreGetDatabaseLocationsW",
        "CertSrvBackupFree",
        "CertSrvBackupGetDatabaseNamesW",
        "CertSrvBackupFree",
        "CertSrvBackupOpenFileW",
        "CertSrvBackupClose",
        "CertSrvBackupGetBackupLogsW",
        "CertSrvBackupFree",
        "CertSrvBackupOpenFileW",
        "CertSrvBackupClose",
        "CertSrvBackupOpenFileW",
        "CertSrvBackupClose",
        "CertSrvBackupGetDynamicFileListW",
        "CertSrvBackupFree",
        "CertSrvBackupTruncateLogs",
        "CertSrvBackupEnd",
      ]
    `);
    expect(new Set(report.calls.map((call) => call.thread)).size).toBe(1);
    expect(report.calls.filter((call) => call.hresult !== 0)).toEqual([]);
    expect(report).toMatchObject({ overlapping: [], sessions: { begun: 1, left: 0 }, unloads: 1 });
    expect(report.buffers).toEqual({ allocated: 4, left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
  });

  it('gives the bytes of every file', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    const contents = await readWholeBackup(session);
    const logs = [...contents].filter(([path]) => path.endsWith('.log'));
    expect(logs.length).toBeGreaterThan(1);
    for (const [path, content] of logs) {
      const name = path.slice(path.lastIndexOf('\\') + 1);
      expect(content.equals(await readFile(join(ca.logFolder, name))), name).toBe(true);
    }
    const [database] = [...contents].filter(([path]) => path.endsWith('.edb'));
    // The engine changes the first two pages in a backup, and adds one.
    expect(database?.[1].subarray(8192, 256 * 1024)).toEqual((await readFile(ca.databasePath)).subarray(8192));
  });

  it('fills ordinary buffers as well as shared ones, at any offset', async () => {
    const { session } = await openSession(await newCa());
    const shared = await readAll(await openFirstDatabase(session));
    const { session: again } = await openSession(await newCa());
    const file = await openFirstDatabase(again);
    const memory = new Uint8Array(5 + 32 * 1024 + 7);
    const chunks: Uint8Array[] = [];
    const into = memory.subarray(5, 5 + 32 * 1024);
    for (let length = await file.read(into); length > 0; length = await file.read(into)) {
      chunks.push(into.slice(0, length));
    }
    // Headers hold the time of the backup.
    expect(Buffer.concat(chunks).subarray(8192, -4096)).toEqual(shared.subarray(8192, -4096));
    expect([...memory.subarray(0, 5), ...memory.subarray(-7)]).toEqual(new Array(12).fill(0));
  });

  it('reads dynamic files that Certadm names, and no others', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    await expect(collect(session.readDynamicFile('\\\\localhost\\C$\\etc\\hostname'))).rejects.toThrow(
      'is in no list of this session',
    );
    const names = await session.dynamicFiles();
    expect(names).toHaveLength(2);
    for (const name of names) {
      const local = join(ca.enrollFolder, name.slice(name.lastIndexOf('\\') + 1));
      expect(await collect(session.readDynamicFile(name))).toEqual(await readFile(local));
    }
  });
});

describe('the restore map', () => {
  it('names the database and both directories, and keeps the raw bytes', async () => {
    const { session } = await openSession(await newCa());
    const map = await session.databaseLocations();
    expect(map.entries.map((entry) => entry.kind)).toEqual(['database', 'checkpoint-directory', 'log-directory']);
    const [database, directory] = map.entries;
    const text = `D${database?.path}\0\u0083${directory?.path}\0\u0082${directory?.path}\0\0`;
    expect(Buffer.from(map.raw).toString('utf16le')).toBe(text);
  });

  it('tells where the logs lie, also if nobody asked for it before', async () => {
    const ca = await newCa({ logCount: 3, firstGeneration: 0xffffe });
    const { session } = await openSession(ca);
    expect(await session.listLogFolder()).toMatchObject({
      readable: true,
      path: ca.logFolder,
      logCount: 3,
      lowestGeneration: 0xffffe,
      highestGeneration: 0x100000,
      logBytes: 3 * 1024 * 1024,
    });
  });
});

describe('the library', () => {
  it('is the one that was named, by its full path', async () => {
    const ca = await newCa();
    expect((await openLibrary(ca)).library).toEqual({ path: ca.library, isSystem: false });
  });

  it('is needed on other platforms than Windows', async () => {
    await expect(openCertSrv()).rejects.toMatchObject({ code: 'unsupported-platform' });
  });

  it('says so when it is missing', async () => {
    await expect(openCertSrv({ library: '/nowhere/certadm.dll' })).rejects.toMatchObject({
      code: 'library-missing',
      message: '/nowhere/certadm.dll: not found',
    });
  });

  it('says so when it is no library', async () => {
    const library = import.meta.filename;
    await expect(openCertSrv({ library })).rejects.toMatchObject({
      code: 'library-missing',
      message: expect.stringContaining(`${library}: failed to load shared library`),
    });
  });
});

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) {
    collected.push(chunk);
  }
  return Buffer.concat(collected);
}
