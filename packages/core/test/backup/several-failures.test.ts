import { listSets } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { type FaultKind, FaultySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TestRun } from '../arrange.ts';
import { DeafSink } from '../deaf-sink.ts';
import { SeveralLine, standings } from '../several-line.ts';
import { isManifest, type WatchedSink } from '../watched-sink.ts';

/** What becomes of one sink in a run, and what was asked for. */
interface Loss {
  readonly type: 'full' | 'logs-only' | 'auto';
  readonly truncateLogs: boolean;
  readonly minCopies: 1 | 2 | 3 | undefined;
  /** Number of the sink. */
  readonly which: 0 | 1 | 2;
  readonly method: 'put' | 'get' | 'stat' | 'list';
  readonly nth: number;
  /** `deaf` hangs and doesn't heed an abort. */
  readonly kind: FaultKind | 'deaf';
  /** Whether it stays so. */
  readonly forGood: boolean;
}

const loss: fc.Arbitrary<Loss> = fc
  .constantFrom(
    { method: 'put', calls: 8 },
    { method: 'list', calls: 12 },
    { method: 'get', calls: 5 } as const,
    {
      method: 'stat',
      calls: 2,
    } as const,
  )
  .chain(({ method, calls }) =>
    fc.record({
      type: fc.constantFrom('full', 'logs-only', 'auto'),
      truncateLogs: fc.boolean(),
      minCopies: fc.constantFrom(undefined, 1, 2, 3),
      which: fc.constantFrom(0, 1, 2),
      method: fc.constant(method as Loss['method']),
      nth: fc.integer({ min: 1, max: calls }),
      kind: fc.constantFrom<Loss['kind'][]>('before', 'after', 'hang', { cutAfter: 1 }, 'deaf'),
      forGood: fc.boolean(),
    }),
  );

/** A sink that is lost as told, and whether it came to that. */
interface Losing {
  readonly sink: BackupSink;
  readonly isHit: () => boolean;
}

function losing(sink: BackupSink, { method, nth, kind, forGood }: Loss): Losing {
  const times = forGood ? Number.POSITIVE_INFINITY : 1;
  if (kind !== 'deaf') {
    const faulty = new FaultySink(sink, [{ method, nth, times, kind }]);
    return { sink: faulty, isHit: () => faulty.count(method) >= nth };
  }
  let calls = 0;
  const deaf = new DeafSink(sink, (called) => {
    if (called === method) calls += 1;
    return called === method && calls >= nth && calls < nth + times;
  });
  return { sink: deaf, isHit: () => calls >= nth };
}

/** How many sinks had the newest set when logs were truncated; undefined when they weren't. */
class Truncation {
  holders: number | undefined;

  watch(sinks: readonly WatchedSink[]): (call: string) => void {
    return (call) => {
      if (call !== 'truncateLogs') return;
      this.holders = sinks.filter(({ memory }) => [...memory.objects.keys()].filter(isManifest).length === 2).length;
    };
  }
}

async function lineWithFull(): Promise<SeveralLine> {
  const line = new SeveralLine(['a', 'b', 'c']);
  line.ca.issue(2);
  await line.sealed('full', { truncateLogs: true });
  line.ca.issue();
  return line;
}

function expectNothingHeld({ certSrv: { loaded, sessionOpen, openFiles } }: TestRun): void {
  expect({ loaded, sessionOpen, openFiles }).toEqual({ loaded: false, sessionOpen: false, openFiles: 0 });
}

test('whichever of three sinks is lost at whichever call, the others have the set, and no log is truncated too early', async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(loss, async (given) => {
      const line = await lineWithFull();
      const lost = losing(line.sinks[given.which] ?? line.pair[0], given);
      const sinks = line.sinks.map((sink, index) => (index === given.which ? lost.sink : sink));
      const truncation = new Truncation();
      const { type, truncateLogs, minCopies } = given;
      const script = { beforeCall: truncation.watch(line.sinks) };
      const copies = minCopies === undefined ? {} : { minCopies };
      const run = await line.run(type, { sinks, truncateLogs, script, sinkStallMs: 20, ...copies });
      expectNothingHeld(run);
      expect(run.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
      const others = line.sinks.filter((_, index) => index !== given.which);
      for (const { memory } of others) expect(await listSets(memory)).toHaveLength(2);
      await line.expectAllWhole();
      if (!truncateLogs) expect(truncation.holders).toBeUndefined();
      else if (minCopies === 1 || minCopies === 2) expect(truncation.holders).toBeGreaterThanOrEqual(minCopies);
      else expect([undefined, 3]).toContain(truncation.holders);
      expectTold(run, lost.isHit());
      if (lost.isHit()) hits += 1;
      // What was lost is made good by the next run.
      line.ca.issue();
      const next = await line.run('full', { truncateLogs: true });
      expect(next.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
      await line.expectSameChain();
    }),
    { numRuns: 40 },
  );
  expect(hits).toBeGreaterThan(8);
}, 240_000);

/** A sink that was lost is named, in warnings and among the results. */
function expectTold(run: TestRun, isHit: boolean): void {
  if (run.result.at === 'failed') throw run.result.error;
  const codes = run.result.warnings.map(({ code }) => code).filter((code) => code !== 'not-truncated');
  const isDropped = standings(run).includes('dropped');
  if (!isHit) expect(codes).toEqual([]);
  else expect(codes).toContain(isDropped ? 'sink-dropped' : 'sink-behind');
}
