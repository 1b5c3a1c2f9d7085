import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, newestSet, TestClock, testCa } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

/** Sets after one in which a log came damaged: was it ever seen whole? */

const databases = { 'Test CA.edb': validDatabase({ seeds: [1] }) };

/** A full set with logs 1 and 2, then logs 2 to 4, of which 3 is damaged. */
async function sinkWithDamagedLog(): Promise<MemorySink> {
  const sink = new MemorySink();
  await backUp(sink, testCa({ databases }), { clock: new TestClock('2026-11-01T10:00:00Z'), truncateLogs: true });
  const logs = validLogs({ first: 2, last: 4 });
  logs['edb00003.log']?.fill(7, 30_000, 31_000);
  const clock = new TestClock('2026-11-02T10:00:00Z');
  const { result } = await backUp(sink, testCa({ logs }), { type: 'logs-only', clock, truncateLogs: true });
  expect(result).toMatchObject({ at: 'finished', manifest: { sound: false, checks: { contents: 'failed' } } });
  return sink;
}

async function nextDay(sink: MemorySink, first: number) {
  const logs = validLogs({ first, last: 6 });
  const clock = new TestClock('2026-11-03T10:00:00Z');
  return await backUp(sink, testCa({ logs }), { type: 'logs-only', clock, truncateLogs: true });
}

test('a set with a good copy of it is sound, and truncates', async () => {
  const { result, certSrv } = await nextDay(await sinkWithDamagedLog(), 3);
  expect(result).toMatchObject({ at: 'finished', manifest: { sound: true }, outcome: { truncation: {} } });
  expect(certSrv.truncated).toBe(true);
});

test('a set without one is suspect, though all of its own logs are good, and truncates nothing', async () => {
  const sink = await sinkWithDamagedLog();
  const { result, certSrv } = await nextDay(sink, 4);
  expect(result).toMatchObject({
    at: 'finished',
    manifest: {
      sound: false,
      checks: { contents: 'passed', chain: 'failed' },
      findings: [{ code: 'log-damaged', file: 'edb00003.log', message: expect.stringContaining('20261102T100000Z') }],
    },
  });
  expect(certSrv.truncated).toBe(false);
  expect((await newestSet(sink)).label.text).toBe('20261103T100000Z-logs-only');
});
