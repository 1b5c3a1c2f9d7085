import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, TestClock, testCa } from '../arrange.ts';

/** Runs whose objects are locked. */

const DAY_MS = 24 * 3600_000;
const lockForMs = 90 * DAY_MS;

/** A sink that takes locks, by the clock of its runs. */
function lockingSink(clock: TestClock): MemorySink {
  return new MemorySink({ retention: true, now: () => clock.now() });
}

function lockDates(sink: MemorySink): (string | undefined)[] {
  return [...new Set([...sink.objects.values()].map(({ retainUntil }) => retainUntil?.toISOString()))];
}

test('every object of a chain has one lock date, whichever run puts it', async () => {
  const clock = new TestClock();
  const sink = lockingSink(clock);
  await backUp(sink, testCa(), { clock, lockForMs });
  clock.time = new Date(clock.time.getTime() + 20 * DAY_MS);
  const { result } = await backUp(sink, testCa(), { clock, lockForMs });
  expect(result).toMatchObject({ at: 'finished', manifest: { chain: '20261121T180316Z', number: 2 } });
  expect(lockDates(sink)).toEqual(['2027-03-21T18:03:16.000Z']);
});

test('the greatest age of a chain counts towards the date', async () => {
  const clock = new TestClock();
  const sink = lockingSink(clock);
  await backUp(sink, testCa(), { clock, lockForMs, chainMaxAgeMs: DAY_MS });
  expect(lockDates(sink)).toEqual(['2027-02-20T18:03:16.000Z']);
});

test('nothing is locked unless it is asked for', async () => {
  const clock = new TestClock();
  const sink = lockingSink(clock);
  await backUp(sink, testCa(), { clock });
  expect(lockDates(sink)).toEqual([undefined]);
});

test('a sink that lacks a set of the chain gets it with the same date', async () => {
  const clock = new TestClock();
  const [first, second] = [lockingSink(clock), lockingSink(clock)];
  await backUp(first, testCa(), { clock, lockForMs });
  clock.time = new Date(clock.time.getTime() + DAY_MS);
  const { result } = await backUp(first, testCa(), { clock, lockForMs, sinks: [first, second] });
  expect(result).toMatchObject({ at: 'finished', sinks: [{ at: 'sealed' }, { at: 'sealed' }] });
  expect(lockDates(second)).toEqual(['2027-03-21T18:03:16.000Z']);
});

test('with a sink that can not lock, the CA is asked for nothing', async () => {
  const clock = new TestClock();
  const sinks = [lockingSink(clock), new MemorySink()] as const;
  const { result, certSrv } = await backUp(sinks[0], testCa(), { clock, lockForMs, sinks });
  expect(result).toMatchObject({ at: 'failed', error: { code: 'invalid-usage' } });
  expect(certSrv.calls).toEqual([]);
  expect(sinks.flatMap(({ calls }) => calls)).toEqual([]);
});
