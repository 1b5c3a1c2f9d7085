import { describe, expect, it } from 'vitest';
import { newCa, openFirstDatabase, openLibrary, openSession, readWholeBackup, server } from './stand-in.ts';

describe('an ended session', () => {
  it('refuses everything, without reaching Certadm', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    await readWholeBackup(session);
    const [name = ''] = await session.dynamicFiles();
    const [log] = await session.logFiles().catch(() => []);
    expect(log).toBeUndefined();
    await session.end();
    const before = (await ca.report()).calls.length;
    const refused = [
      () => session.databaseLocations(),
      () => session.databaseFiles(),
      () => session.logFiles(),
      () => session.dynamicFiles(),
      () => session.openFile({ role: 'log', path: name, name }),
      () => session.truncateLogs(),
      () => session.listLogFolder(),
      () => session.end(),
      () => session.readDynamicFile(name)[Symbol.asyncIterator]().next(),
    ];
    for (const call of refused) {
      await expect(call()).rejects.toThrow('the backup session was ended');
    }
    await session[Symbol.asyncDispose]();
    expect((await ca.report()).calls).toHaveLength(before);
  });

  it('cannot list a log folder that Certadm does not tell', async () => {
    const ca = await newCa();
    await ca.setFaults({ fail: [{ call: 'CertSrvRestoreGetDatabaseLocationsW', nth: 1, hresult: 0xc8000321 }] });
    const { session } = await openSession(ca);
    expect(await session.listLogFolder()).toEqual({
      readable: false,
      path: '',
      reason: expect.stringContaining('CertSrvRestoreGetDatabaseLocations'),
    });
  });

  it('makes way for the next one', async () => {
    const { certSrv, session } = await openSession(await newCa());
    await expect(certSrv.prepareBackup(server, 'full')).rejects.toThrow('a backup session is already open');
    await session[Symbol.asyncDispose]();
    const next = await certSrv.prepareBackup(server, 'full');
    expect(await next.databaseFiles()).toHaveLength(1);
  });
});

describe('a session that is disposed of', () => {
  it('closes its file and ends, although the backup is incomplete', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    await openFirstDatabase(session);
    await session[Symbol.asyncDispose]();
    const report = await ca.report();
    expect(report.calls.slice(-2).map((call) => call.name)).toEqual(['CertSrvBackupClose', 'CertSrvBackupEnd']);
    expect(report.sessions.left).toBe(0);
  });

  it('tells the truth about an incomplete backup when end() is called', async () => {
    const { session } = await openSession(await newCa());
    await session.databaseFiles();
    await expect(session.end()).rejects.toThrow('CertSrvBackupEnd failed: call out of order (0xC8000209');
  });

  it('is ended when the library is released', async () => {
    const ca = await newCa();
    const { certSrv } = await openSession(ca);
    await Promise.all([certSrv[Symbol.asyncDispose](), certSrv[Symbol.asyncDispose]()]);
    expect(await ca.report()).toMatchObject({ sessions: { begun: 1, left: 0 }, unloads: 1 });
  });
});

describe('a released library', () => {
  it('is never called again', async () => {
    const ca = await newCa();
    const { certSrv, session } = await openSession(ca);
    const files = await session.databaseFiles();
    await certSrv[Symbol.asyncDispose]();
    const before = (await ca.report()).calls.length;
    await expect(certSrv.isServerOnline(server)).rejects.toThrow('Certadm was released');
    await expect(certSrv.prepareBackup(server, 'full')).rejects.toThrow('Certadm was released');
    await expect(session.databaseFiles()).rejects.toThrow('the backup session was ended');
    expect(files).toHaveLength(1);
    expect((await ca.report()).calls).toHaveLength(before);
  });
});

describe('a file', () => {
  it('must be from a list of the session', async () => {
    const { session } = await openSession(await newCa());
    const [file] = await session.databaseFiles();
    const path = `${file?.path}x`;
    await expect(session.openFile({ role: 'database', path, name: 'x' })).rejects.toThrow(
      'is in no list of this session',
    );
  });

  it('must be closed before another is opened', async () => {
    const { session } = await openSession(await newCa({ moreDatabases: ['Second'] }));
    const [one, two] = await session.databaseFiles();
    const file = one && (await session.openFile(one));
    await expect(two && session.openFile(two)).rejects.toThrow("Second.edb can't be opened while");
    await file?.close();
    await file?.close();
    expect(await (two && session.openFile(two))).toMatchObject({ file: { name: 'Second.edb' } });
  });

  it('refuses reads after it was closed, and reads of nothing', async () => {
    const { session } = await openSession(await newCa());
    const file = await openFirstDatabase(session);
    await expect(file.read(new Uint8Array(0))).rejects.toThrow('into an empty buffer');
    await file.close();
    await expect(file.read(new Uint8Array(65536))).rejects.toThrow('.edb is closed');
  });
});

describe('the server', () => {
  it('may be suspended or stopped', async () => {
    const ca = await newCa();
    const certSrv = await openLibrary(ca);
    await ca.setFaults({ suspended: true });
    expect(await certSrv.isServerOnline(server)).toBe(false);
    await ca.setFaults({ stopped: true });
    await expect(certSrv.isServerOnline(server)).rejects.toMatchObject({ code: 'server-not-online' });
    await ca.clearFaults();
    expect(await certSrv.isServerOnline(server)).toBe(true);
  });

  it('refuses a second backup for as long as the first runs', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    const other = await openLibrary(ca);
    await expect(other.prepareBackup(server, 'full')).rejects.toMatchObject({
      code: 'backup-in-progress',
      retryable: true,
    });
    await session[Symbol.asyncDispose]();
    expect((await other.prepareBackup(server, 'full')).type).toBe('full');
  });

  it('refuses logs only before a full backup', async () => {
    const certSrv = await openLibrary(await newCa());
    await expect(certSrv.prepareBackup(server, 'logs-only')).rejects.toMatchObject({ code: 'full-backup-missing' });
  });

  it('refuses who may not back up', async () => {
    const ca = await newCa();
    const certSrv = await openLibrary(ca);
    await ca.setFaults({ unprivileged: true });
    await expect(certSrv.prepareBackup(server, 'full')).rejects.toMatchObject({
      code: 'access-denied',
      message: 'CertSrvBackupPrepareW failed: access denied (0x80070005, E_ACCESSDENIED)',
    });
  });
});
