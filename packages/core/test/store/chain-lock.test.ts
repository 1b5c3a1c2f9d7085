import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_CHAIN_MAX_AGE_MS, lockedUntil } from '../../src/store/chain-lock.ts';
import { chainName, nextLabel } from '../../src/store/label.ts';

const DAY_MS = 24 * 3600_000;

it('locks a chain until its greatest age and the time asked for have passed since it began', () => {
  const until = lockedUntil('20261121T180316Z', { chainMaxAgeMs: 30 * DAY_MS, lockForMs: 90 * DAY_MS });

  expect(until).toEqual(new Date('2027-03-21T18:03:16Z'));
});

it('lets new sets build on a chain for 30 days unless told otherwise', () => {
  expect(DEFAULT_CHAIN_MAX_AGE_MS).toBe(30 * DAY_MS);
});

it('never locks for less than was asked for, nor for a second more', () => {
  const times = fc.date({ min: new Date('1990-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  const durations = fc.nat({ max: 100 * 365 * DAY_MS });
  fc.assert(
    fc.property(times, durations, durations, (time, chainMaxAgeMs, lockForMs) => {
      const label = nextLabel(time, 'full', undefined);

      const until = lockedUntil(chainName(label), { chainMaxAgeMs, lockForMs });

      const over = until.getTime() - label.time.getTime() - chainMaxAgeMs - lockForMs;
      expect(over).toBeGreaterThanOrEqual(0);
      expect(over).toBeLessThan(1000);
      expect(until.getMilliseconds()).toBe(0);
    }),
  );
});

it('can tell no date for what is no chain', () => {
  const lock = { chainMaxAgeMs: DAY_MS, lockForMs: DAY_MS };

  expect(() => lockedUntil('20261399T180316Z', lock)).toThrow(
    expect.objectContaining({ code: 'internal', message: 'the chain 20261399T180316Z is not named by a time' }),
  );
});
