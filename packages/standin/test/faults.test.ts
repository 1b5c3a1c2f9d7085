import { describe, expect, it } from 'vitest';
import { begin, entriesOf, FULL, loadedCa, readAll, readWhole, server } from './temporary-ca.ts';

const DISK_IO = 0xc80003fe;

describe('fault switches', () => {
  it('fail the n-th call of a function, counted from when they were set', async () => {
    const { ca, library } = await loadedCa();
    const call = 'CertSrvIsServerOnlineW';
    await ca.setFaults({ fail: [{ call, nth: 2, hresult: DISK_IO }] });
    const results = () => [1, 2, 3].map(() => library.isServerOnline(server).hresult);
    expect(results()).toEqual([0, DISK_IO, 0]);
    expect(results()).toEqual([0, 0, 0]);
    await ca.setFaults({ fail: [{ call, nth: 1, hresult: 0x80070005 }] });
    expect(results()).toEqual([0x80070005, 0, 0]);
    await ca.clearFaults();
    expect(results()).toEqual([0, 0, 0]);
  });

  it.each([
    'CertSrvBackupPrepareW',
    'CertSrvRestoreGetDatabaseLocationsW',
    'CertSrvBackupGetDatabaseNamesW',
    'CertSrvBackupOpenFileW',
    'CertSrvBackupGetDynamicFileListW',
  ] as const)('make %s fail without another effect', async (call) => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ fail: [{ call, nth: 1, hresult: DISK_IO }] });
    const refused = library.prepare(server, FULL);
    expect(refused.hresult).toBe(call === 'CertSrvBackupPrepareW' ? DISK_IO : 0);
    const handle = refused.hresult === 0 ? refused.handle : begin(library);
    library.locations(handle);
    library.databaseNames(handle);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    library.openFile(handle, entry.slice(1));
    library.close(handle);
    library.dynamicFiles(handle);
    readWhole(library, handle, entry.slice(1));
    readAll(library, handle, library.backupLogs(handle));
    expect(library.end(handle)).toBe(0);
    const failed = (await ca.report()).calls.filter((made) => made.hresult === DISK_IO);
    expect(failed.map((made) => made.name)).toEqual([call]);
  });

  it('make a read fail like a damaged file', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ fail: [{ call: 'CertSrvBackupRead', nth: 1, hresult: DISK_IO }] });
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    library.openFile(handle, entry.slice(1));
    const buffer = new Uint8Array(65536);
    expect(library.read(handle, buffer)).toEqual({ hresult: DISK_IO, got: 0 });
    expect(buffer.every((byte) => byte === 0xdb)).toBe(true);
    expect(library.close(handle)).toBe(0xc8000209);
    library.end(handle);
  });

  it('make the end fail, which ends the session all the same and counts no backup', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ fail: [{ call: 'CertSrvBackupEnd', nth: 1, hresult: DISK_IO }] });
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    readAll(library, handle, library.backupLogs(handle));
    library.truncate(handle);
    expect(library.end(handle)).toBe(DISK_IO);
    expect(library.end(handle)).toBe(0x80070006);
    expect(library.prepare(server, 2).hresult).toBe(0xc8000230);
  });

  it('stop and suspend the service, and take the privilege away', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ stopped: true });
    expect(library.isServerOnline(server).hresult).toBe(0x800706ba);
    expect(library.prepare(server, FULL).hresult).toBe(0x800706ba);
    await ca.setFaults({ suspended: true });
    expect(library.isServerOnline(server)).toEqual({ hresult: 0, online: 0 });
    expect(library.prepare(server, FULL).hresult).toBe(0x80094006);
    await ca.setFaults({ unprivileged: true });
    expect(library.isServerOnline(server)).toEqual({ hresult: 0, online: 1 });
    expect(library.prepare(server, FULL).hresult).toBe(0x80070005);
  });

  it('shorten reads without changing what is read', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ shortReadBytes: 5000 });
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    library.openFile(handle, entry.slice(1));
    expect(library.read(handle, new Uint8Array(65536)).got).toBe(5000);
    library.close(handle);
    // In one session, as the time when it began is part of the copy.
    const [whole] = readAll(library, handle, library.databaseNames(handle));
    await ca.clearFaults();
    const [long] = readAll(library, handle, library.databaseNames(handle));
    expect(whole?.equals(long ?? Buffer.alloc(0))).toBe(true);
    library.end(handle);
  });

  it('slow reads down', async () => {
    const { ca, library } = await loadedCa();
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    library.openFile(handle, entry.slice(1));
    await ca.setFaults({ slowReadMs: 50 });
    const startedAt = performance.now();
    library.read(handle, new Uint8Array(65536));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
    library.end(handle);
  });

  it.each([-4096, 4096, 1])('lie about sizes by %i bytes, and hand out the same', async (sizeLieBytes) => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ sizeLieBytes });
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.databaseNames(handle));
    const { sizeBytes } = library.openFile(handle, entry.slice(1));
    library.close(handle);
    expect(readWhole(library, handle, entry.slice(1)).length).toBe(sizeBytes - sizeLieBytes);
    library.end(handle);
  });

  it.each([
    { shape: 'null', sizeBytes: 0, text: '' },
    { shape: 'nul', sizeBytes: 2, text: '\0' },
  ] as const)('empty lists ($shape)', async ({ shape, sizeBytes, text }) => {
    const { ca, library } = await loadedCa();
    const lists = ['DatabaseNames', 'BackupLogs', 'DynamicFileList'] as const;
    await ca.setFaults({ emptyLists: lists.map((list) => ({ call: `CertSrvBackupGet${list}W`, shape })) });
    const handle = begin(library);
    for (const answer of [library.databaseNames(handle), library.backupLogs(handle), library.dynamicFiles(handle)]) {
      expect(answer).toMatchObject({ hresult: 0, sizeBytes, text });
      expect(answer.buffer === 0n).toBe(shape === 'null');
      entriesOf(library, answer);
    }
    expect(library.end(handle)).toBe(0);
    expect((await ca.report()).buffers.left).toBe(0);
  });
});
