import { listSets, verifySet } from '@adcs-backup/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeveralLine, standings } from '../several-line.ts';

/** Objects that somebody deletes, each from one sink at most, so that another still has it. */
interface Losses {
  readonly types: readonly ('full' | 'logs-only' | 'auto')[];
  /** For each object, as often as needed: the sink that loses it, or none. */
  readonly losers: readonly (number | undefined)[];
  readonly last: 'full' | 'logs-only' | 'auto';
}

const losses: fc.Arbitrary<Losses> = fc.record({
  types: fc.array(fc.constantFrom('full', 'logs-only', 'auto'), { minLength: 0, maxLength: 3 }),
  losers: fc.array(fc.option(fc.nat(2), { nil: undefined, freq: 2 }), { minLength: 8, maxLength: 40, size: 'max' }),
  last: fc.constantFrom('full', 'logs-only', 'auto'),
});

function lose(line: SeveralLine, losers: Losses['losers']): void {
  const keys = [...line.pair[0].memory.objects.keys()];
  for (const [index, key] of keys.entries()) {
    const loser = losers[index % losers.length];
    if (loser !== undefined) line.sinks[loser]?.memory.remove(key);
  }
}

test('whatever one of three sinks has lost, the next set is whole in all of them', async () => {
  let truncations = 0;
  await fc.assert(
    fc.asyncProperty(losses, async ({ types, losers, last }) => {
      const line = new SeveralLine(['a', 'b', 'c']);
      for (const type of ['full', ...types] as const) {
        await line.sealed(type, { truncateLogs: true });
        line.ca.issue();
      }
      lose(line, losers);
      const run = await line.run(last, { truncateLogs: true, minCopies: 1 });
      expect(run.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
      expect(standings(run)).toEqual(['sealed', 'sealed', 'sealed']);
      if (run.certSrv.truncated) truncations += 1;
      for (const sink of line.sinks) {
        expect(sink.early).toEqual([]);
        const entry = (await listSets(sink.memory)).at(-1);
        if (entry === undefined) throw new Error('there is no set');
        const verdict = await verifySet(sink.memory, entry, { readData: 100, ese: true });
        expect(verdict).toMatchObject({ intact: true, sound: true, verdict: { restorable: 'complete' } });
        await line.expectRestores(sink, entry);
      }
    }),
    { numRuns: 20 },
  );
  expect(truncations).toBe(20);
}, 240_000);
