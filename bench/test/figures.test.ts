import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, othersIn, type Run, summaries } from '../src/figures.ts';
import { runOf } from './run-of.ts';

describe('median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeUndefined();
  });

  it('has as many amounts below as above, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (amounts) => {
        const middle = median(amounts) ?? Number.NaN;
        const half = amounts.length / 2;
        expect(amounts.filter((amount) => amount < middle).length).toBeLessThanOrEqual(half);
        expect(amounts.filter((amount) => amount > middle).length).toBeLessThanOrEqual(half);
        expect(median(amounts.toReversed())).toBe(median(amounts));
      }),
    );
  });
});

describe('summaries', () => {
  const runs: readonly Run[] = [
    runOf({ tool: 'adcs-backup', round: 1, wallSeconds: 1 }),
    runOf({ tool: 'restic', round: 1, wallSeconds: 4 }),
    runOf({ tool: 'restic', round: 2, wallSeconds: 8 }),
    runOf({ tool: 'adcs-backup', round: 2, wallSeconds: 6 }),
    runOf({ tool: 'adcs-backup', round: 3, wallSeconds: 3 }),
    runOf({ tool: 'restic', round: 3, wallSeconds: 6 }),
  ];

  it('divides within each round, and takes the median of that', () => {
    const [summary] = summaries(runs);
    // Rounds give 0.25, 0.75 and 0.5. The ratio of the medians happens to be the same.
    expect(summary?.ratio('restic', 'wallSeconds')).toBe(0.5);
    const slower = [...runs, runOf({ tool: 'adcs-backup', round: 4, wallSeconds: 9 })];
    expect(
      summaries([...slower, runOf({ tool: 'restic', round: 4, wallSeconds: 9 })])[0]?.ratio('restic', 'wallSeconds'),
    ).toBe(0.625);
  });

  it('leaves out rounds that only one of the two has', () => {
    const [summary] = summaries(runs.filter((run) => run.tool === 'adcs-backup' || run.round === 2));
    expect(summary?.ratio('restic', 'wallSeconds')).toBe(0.75);
  });

  it('knows nothing of a tool that was not there, or of bytes that nobody stored', () => {
    const [summary] = summaries(runs);
    expect(summary?.median('borg', 'wallSeconds')).toBeUndefined();
    expect(summary?.ratio('borg', 'wallSeconds')).toBeUndefined();
    expect(summary?.median('restic', 'storedBytes')).toBeUndefined();
    expect(summary?.highest('borg', 'peakBytes')).toBeUndefined();
    expect(othersIn(runs)).toEqual(['restic']);
  });

  it('keeps tasks apart, in the order of the report', () => {
    const more = [runOf({ task: 'restore', tool: 'adcs-backup', wallSeconds: 100 }), ...runs];
    expect(summaries(more).map((summary) => summary.task)).toEqual(['first full', 'restore']);
    expect(summaries(more)[0]?.median('adcs-backup', 'wallSeconds')).toBe(3);
    expect(summaries(more)[0]?.highest('adcs-backup', 'wallSeconds')).toBe(6);
  });
});
