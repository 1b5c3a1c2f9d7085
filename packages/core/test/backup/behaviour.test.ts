import {
  AdcsBackupError,
  type BackupEvent,
  type Checks,
  findSet,
  listSets,
  readSet,
  runBackup,
} from '@adcs-backup/core';
import { objectKey, type StoredObject } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink, type ScriptedCa, type ScriptedCall, ScriptedCertSrv } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, failing, noise, TestClock, testCa, testSink } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

/** With one bit of it changed. */
function flipped(bytes: Uint8Array = new Uint8Array(0), at: number): Uint8Array {
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
  return damaged;
}

describe('asking whether the server is online', () => {
  test('a suspended service ends the run before a session', async () => {
    const { result, certSrv } = await backUp(testSink(), testCa({ online: false }));
    expect(result).toMatchObject({ at: 'failed', error: { code: 'server-not-online' } });
    expect(certSrv.calls).toEqual(['load', 'isServerOnline', 'release']);
  });

  test('without the right to ask, the next step decides', async () => {
    const beforeCall = failing('isServerOnline', new AdcsBackupError('access-denied', 'denied'));
    const { result } = await backUp(testSink(), testCa({ beforeCall }));
    expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'online-unknown' }] });
  });
});

describe('another backup is running', () => {
  const busy = new AdcsBackupError('backup-in-progress', 'busy', { retryable: true });

  test('is waited for', async () => {
    const clock = new TestClock();
    const events: BackupEvent[] = [];
    const beforeCall = failing('prepareBackup', busy, 3);
    const observe = (event: BackupEvent): void => {
      events.push(event);
    };
    const { result } = await backUp(testSink(), testCa({ beforeCall }), { clock, observe });
    expect(result.at).toBe('finished');
    expect(events.filter(({ type }) => type === 'session-waiting')).toEqual([
      { type: 'session-waiting', elapsedMs: 0, waitMs: 120_000 },
      { type: 'session-waiting', elapsedMs: 5_000, waitMs: 120_000 },
      { type: 'session-waiting', elapsedMs: 10_000, waitMs: 120_000 },
    ]);
  });

  test('is waited for only so long', async () => {
    const ca = testCa({ beforeCall: failing('prepareBackup', busy) });
    const { result, certSrv } = await backUp(testSink(), ca, { waitMs: 12_000 });
    expect(result).toMatchObject({ at: 'failed', error: { code: 'backup-in-progress', cause: busy } });
    expect(certSrv.calls.filter((call) => call === 'prepareBackup')).toHaveLength(4);
  });

  test('is not waited for after an abort', async () => {
    const abort = new AbortController();
    const beforeCall = (call: ScriptedCall): void => {
      if (call !== 'prepareBackup') return;
      abort.abort(new Error('stop'));
      throw busy;
    };
    const { result } = await backUp(testSink(), testCa({ beforeCall }), { signal: abort.signal });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'stop' } });
  });
});

describe('truncation', () => {
  const truncateLogs = true;

  test('comes after sealing, with the log folder listed before and after', async () => {
    const { result, certSrv, states } = await backUp(testSink(), testCa(), { truncateLogs });
    expect(states.slice(states.indexOf('sealing'))).toEqual([
      'sealing',
      'truncating-logs',
      'ending-session',
      'releasing-library',
      'finished',
    ]);
    expect(certSrv.calls.slice(certSrv.calls.lastIndexOf('readDynamicFile') + 1)).toEqual([
      'listLogFolder',
      'truncateLogs',
      'listLogFolder',
      // How it is when the session ends.
      'listLogFolder',
      'end',
      'release',
    ]);
    expect(result).toMatchObject({
      warnings: [],
      outcome: { truncation: { before: { logCount: 2 }, after: { logCount: 0 } }, logFolder: { logCount: 0 } },
    });
  });

  const database = validDatabase({ seeds: [1, 2] });
  const [one, two] = Object.entries(validLogs());

  test.each<[string, ScriptedCa, Partial<Checks>]>([
    ['a page is damaged', { databases: { 'Test CA.edb': flipped(database, 70_000) } }, { contents: 'failed' }],
    ['a database is none', { databases: { 'Test CA.edb': noise(70_000, 1) } }, { contents: 'failed' }],
    [
      'a log is damaged',
      { logs: { ...validLogs(), 'edb00002.log': flipped(two?.[1], 20_000) } },
      { contents: 'failed' },
    ],
    ['a log is missing', { logs: Object.fromEntries([one ?? []]) }, { contents: 'passed', chain: 'failed' }],
  ])('does not happen when %s', async (_name, files, checks) => {
    const { result, certSrv } = await backUp(testSink(), testCa(files), { truncateLogs });
    expect(certSrv.truncated).toBe(false);
    expect(result).toMatchObject({
      at: 'finished',
      manifest: { sound: false, checks, warnings: [{ code: 'not-truncated' }] },
      outcome: { truncation: undefined },
      warnings: [{ code: 'not-truncated' }],
    });
  });

  test('that fails leaves the set and says so', async () => {
    const sink = testSink();
    const beforeCall = failing('truncateLogs', new AdcsBackupError('certsrv-failed', 'refused'));
    const { result } = await backUp(sink, testCa({ beforeCall }), { truncateLogs });
    expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'truncation-failed' }] });
    const { outcome } = await readSet(sink, await findSet(sink, { label: 'latest' }));
    expect(outcome).toMatchObject({
      warnings: [{ code: 'truncation-failed' }],
      truncation: { after: { logCount: 2 } },
    });
  });
});

test('an end that fails after sealing is a warning, and the outcome keeps it', async () => {
  const sink = testSink();
  const beforeCall = failing('end', new AdcsBackupError('certsrv-failed', 'no'));
  const { result } = await backUp(sink, testCa({ beforeCall }));
  expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'end-failed' }] });
  const { outcome } = await readSet(sink, await findSet(sink, { label: 'latest' }));
  expect(outcome?.warnings).toMatchObject([{ code: 'end-failed' }]);
});

test('a sink that is dead from the start never opens a session', async () => {
  const { result, certSrv } = await backUp(new FaultySink(testSink(), [{ method: 'list' }]));
  expect(result).toMatchObject({ at: 'failed', error: { code: 'sink-unreachable' } });
  expect(certSrv.calls).toEqual([]);
});

test('an object that vanishes before sealing keeps the set from being sealed', async () => {
  const sink = testSink();
  const beforeCall = (call: ScriptedCall): void => {
    if (call !== 'dynamicFiles') return;
    for (const key of sink.objects.keys()) if (key.includes('pack-00001')) sink.remove(objectKey(key));
  };
  const { result } = await backUp(sink, testCa({ databases: { 'Test CA.edb': noise(9 * 1024 ** 2, 1) }, beforeCall }));
  expect(result).toMatchObject({ at: 'failed', error: { code: 'integrity-failed' } });
  expect(await listSets(sink)).toEqual([]);
});

test('logs only without a full set are refused, and the session ends', async () => {
  const sink = testSink();
  const { result, certSrv } = await backUp(sink, testCa(), { type: 'logs-only' });
  expect(result).toMatchObject({
    at: 'failed',
    error: { code: 'full-backup-missing', hint: expect.stringContaining('--truncate-logs') },
  });
  expect(certSrv).toMatchObject({ sessionOpen: false, loaded: false, truncated: false });
  expect(certSrv.calls).not.toContain('logFiles');
  expect(sink.objects.size).toBe(0);
});

test('runs with its own threads and clock when none are given', async () => {
  const { result } = await backUp(testSink(), testCa(), { workers: 2 });
  expect(result.at).toBe('finished');
});

test('an observer that throws is told no more, and a warning says so', async () => {
  let events = 0;
  const observe = (): void => {
    events += 1;
    if (events === 5) throw new Error('my screen is gone');
  };
  const { result } = await backUp(testSink(), testCa(), { observe });
  expect(result).toMatchObject({ at: 'finished', warnings: [{ code: 'observer-failed' }] });
  expect(events).toBe(5);
});

test('needs no observer, and has a clock of its own', async () => {
  const certSrv = new ScriptedCertSrv(
    testCa({ beforeCall: failing('prepareBackup', new AdcsBackupError('backup-in-progress', 'busy'), 1) }),
  );
  const sink = new MemorySink();
  const abort = new AbortController();
  const common = {
    openCertSrv: certSrv.open,
    sinks: [sink],
    server: 'ca01',
    type: 'full',
    tool: { name: 't', version: '0' },
  } as const;
  const result = await runBackup({ ...common, waitMs: 20 });
  expect(result).toMatchObject({ at: 'finished', warnings: [] });
  expect(Math.abs(Date.now() - (result.manifest?.startedAt.getTime() ?? 0))).toBeLessThan(600_000);
  const busy = new ScriptedCertSrv(
    testCa({ beforeCall: failing('prepareBackup', new AdcsBackupError('backup-in-progress', 'busy')) }),
  );
  setTimeout(() => abort.abort(new Error('stop')), 20);
  const aborted = await runBackup({ ...common, openCertSrv: busy.open, waitMs: 600_000, signal: abort.signal });
  expect(aborted).toMatchObject({ at: 'failed', error: { message: 'stop' } });
});

test('an abort after sealing still stores the outcome', async () => {
  const sink = testSink();
  const abort = new AbortController();
  const observe = (event: BackupEvent): void => {
    if (event.type === 'set-sealed') abort.abort(new Error('stop'));
  };
  const options = { signal: abort.signal, observe, truncateLogs: true };
  const { result, certSrv } = await backUp(sink, testCa(), options);
  expect(result).toMatchObject({ at: 'failed', error: { message: 'stop' }, manifest: { sound: true } });
  expect(certSrv.truncated).toBe(false);
  expect(await findSet(sink, { label: 'latest' })).toMatchObject({ hasOutcome: true });
});

test('an abort while the outcome is being stored does not cut it off', async () => {
  const abort = new AbortController();
  class AbortingSink extends MemorySink {
    override async put(...[key, body, options]: Parameters<MemorySink['put']>): Promise<StoredObject> {
      if (key.endsWith('.outcome.json')) abort.abort(new Error('stop'));
      return await super.put(key, body, options);
    }
  }
  const sink = new AbortingSink({ now: () => new Date('2026-11-21T18:03:16Z') });
  const { result } = await backUp(sink, testCa(), { signal: abort.signal });
  expect(result).toMatchObject({ at: 'finished', warnings: [] });
  expect(await findSet(sink, { label: 'latest' })).toMatchObject({ hasOutcome: true });
});
