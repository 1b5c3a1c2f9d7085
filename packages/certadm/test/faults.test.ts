import type { ExportName } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { laterErrorsOf } from '../src/first-error.ts';
import {
  newCa,
  openFirstDatabase,
  openLibrary,
  openSession,
  readAll,
  readBytes,
  readWholeBackup,
  server,
} from './stand-in.ts';

const lists = [
  'CertSrvRestoreGetDatabaseLocationsW',
  'CertSrvBackupGetDatabaseNamesW',
  'CertSrvBackupGetBackupLogsW',
  'CertSrvBackupGetDynamicFileListW',
] as const;

const failing: readonly (readonly [ExportName, nth: number])[] = [
  ['CertSrvIsServerOnlineW', 1],
  ['CertSrvBackupPrepareW', 1],
  ...lists.map((name) => [name, 1] as const),
  ['CertSrvBackupOpenFileW', 1],
  ['CertSrvBackupOpenFileW', 2],
  ['CertSrvBackupRead', 1],
  ['CertSrvBackupRead', 3],
  ['CertSrvBackupClose', 1],
  ['CertSrvBackupTruncateLogs', 1],
  ['CertSrvBackupEnd', 1],
];

describe('a failing call', () => {
  it.each(failing)('of %s (call %i) is told, and everything is given back', async (call, nth) => {
    const ca = await newCa();
    await ca.setFaults({ fail: [{ call, nth, hresult: 0xc8000321 }] });
    const certSrv = await openLibrary(ca);
    const run = async (): Promise<void> => {
      await certSrv.isServerOnline(server);
      const session = await certSrv.prepareBackup(server, 'full');
      await readWholeBackup(session);
      await session.dynamicFiles();
      await session.truncateLogs();
      await session.end();
    };
    await expect(run()).rejects.toMatchObject({
      code: call === 'CertSrvIsServerOnlineW' ? 'server-not-online' : 'certsrv-failed',
      message: `${call} failed: the server stopped the backup (0xC8000321, JET_errBackupAbortByServer, ESE -801)`,
    });
    await certSrv[Symbol.asyncDispose]();
    const report = await ca.report();
    expect(report).toMatchObject({ sessions: { left: 0 }, unloads: 1, overlapping: [] });
    expect(report.buffers).toMatchObject({ left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
    expect(new Set(report.calls.map((made) => made.thread)).size).toBe(1);
  });

  it('of Read fails the reads queued behind it without reaching Certadm', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    const file = await openFirstDatabase(session);
    await ca.setFaults({ fail: [{ call: 'CertSrvBackupRead', nth: 2, hresult: 0xc80003fa }] });
    const reads = await Promise.allSettled([0, 1, 2, 3].map(() => file.read(new Uint8Array(readBytes))));
    expect(reads.map((read) => (read.status === 'fulfilled' ? read.value : read.reason.message))).toEqual([
      readBytes,
      expect.stringMatching(/^CertSrvBackupRead failed: a database page is damaged/),
      expect.stringMatching(/\.edb is not read further: CertSrvBackupRead failed/),
      expect.stringMatching(/\.edb is not read further: CertSrvBackupRead failed/),
    ]);
    const calls = (await ca.report()).calls.filter((call) => call.name === 'CertSrvBackupRead');
    expect(calls).toHaveLength(2);
  });

  it('of Read stays in front of what fails after it', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    const file = await openFirstDatabase(session);
    await ca.setFaults({ fail: [{ call: 'CertSrvBackupRead', nth: 1, hresult: 0xc80003fa }] });
    const failure: unknown = await file.read(new Uint8Array(readBytes)).catch((error: unknown) => error);
    await file[Symbol.asyncDispose]();
    await ca.setFaults({ stopped: true });
    await session[Symbol.asyncDispose]();
    expect(failure).toMatchObject({ code: 'source-damaged' });
    expect(failure instanceof Error && laterErrorsOf(failure)).toMatchObject([
      { message: expect.stringContaining('CertSrvBackupClose failed: call out of order') },
      { message: expect.stringContaining('CertSrvBackupEnd failed: the server is not available') },
    ]);
    expect((await ca.report()).sessions.left).toBe(0);
  });
});

describe('an empty list', () => {
  it.each(['null', 'nul'] as const)('has no entries, in the shape %s', async (shape) => {
    const ca = await newCa();
    await ca.setFaults({ emptyLists: lists.map((call) => ({ call, shape })) });
    const { certSrv, session } = await openSession(ca);
    expect((await session.databaseLocations()).entries).toEqual([]);
    expect(await session.databaseFiles()).toEqual([]);
    expect(await session.logFiles()).toEqual([]);
    expect(await session.dynamicFiles()).toEqual([]);
    await certSrv[Symbol.asyncDispose]();
    const allocated = shape === 'null' ? 0 : 4;
    expect((await ca.report()).buffers).toMatchObject({ allocated, left: 0, freedTwice: 0, freedUnknown: 0 });
  });
});

describe('reading', () => {
  it('takes short reads for what they are: not the end', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    await ca.setFaults({ shortReadBytes: 12_289 });
    const file = await openFirstDatabase(session);
    expect(await readAll(file)).toHaveLength(file.sizeBytes);
  });

  it('resolves with 0 after the end, without reaching Certadm', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    const file = await openFirstDatabase(session);
    await readAll(file);
    const before = (await ca.report()).calls.length;
    expect(await Promise.all([1, 2].map(() => file.read(new Uint8Array(readBytes))))).toEqual([0, 0]);
    expect((await ca.report()).calls).toHaveLength(before);
  });

  it.each([5 * 1024 ** 3, 2 ** 52, -4096])(
    'passes on an announced size that is off by %i bytes',
    async (sizeLieBytes) => {
      const ca = await newCa();
      const { session } = await openSession(ca);
      await ca.setFaults({ sizeLieBytes });
      const file = await openFirstDatabase(session);
      expect(file.sizeBytes).toBe(256 * 1024 + 4096 + sizeLieBytes);
      expect(await readAll(file)).toHaveLength(256 * 1024 + 4096);
    },
  );

  it('refuses a file of negative size, and can open it later', async () => {
    const ca = await newCa();
    const { session } = await openSession(ca);
    await ca.setFaults({ sizeLieBytes: -(2 ** 40) });
    await expect(openFirstDatabase(session)).rejects.toThrow('CertSrvBackupOpenFileW announced -1099511');
    await ca.clearFaults();
    expect((await openFirstDatabase(session)).sizeBytes).toBe(256 * 1024 + 4096);
  });
});
