import { describe, expect, it } from 'vitest';
import { type Run, summaries } from '../src/figures.ts';
import { verdictsOn } from '../src/targets.ts';
import { FIRST_FULL, HELP, MAIN_PERCENT, secondFull } from '../src/tasks.ts';
import { runOf } from './run-of.ts';

/** Figures that are just good enough; each can be spoilt. */
function figures(spoilt: { first?: number; second?: number; stored?: number; peak?: number; start?: number }): Run[] {
  const second = secondFull(MAIN_PERCENT);
  return [
    runOf({ task: FIRST_FULL, wallSeconds: spoilt.first ?? 6 }),
    runOf({ task: FIRST_FULL, tool: 'restic', wallSeconds: 10 }),
    runOf({ task: second, wallSeconds: spoilt.second ?? 5, storedBytes: spoilt.stored ?? 15 }),
    runOf({ task: second, tool: 'restic', wallSeconds: 10, storedBytes: 100 }),
    runOf({ task: HELP, wallSeconds: spoilt.start ?? 0.149 }),
    runOf({ task: 'verify', peakBytes: (spoilt.peak ?? 255) * 2 ** 20 }),
    // Others may need as much as they like.
    runOf({ task: 'verify', tool: 'restic', peakBytes: 2 ** 40 }),
  ];
}

function verdicts(runs: readonly Run[]): readonly string[] {
  return verdictsOn(summaries(runs)).map(({ verdict }) => verdict);
}

describe('verdictsOn', () => {
  it('says of each target what was measured, and that it is met', () => {
    expect(
      verdictsOn(summaries(figures({}))).map(({ target, measured }) => `${target}: ${measured}`),
    ).toMatchInlineSnapshot(`
      [
        "first full: at most 0.6 of restic's wall time: 0.60",
        "second full, 0.5 % changed: at most 0.5 of restic's wall time: 0.50",
        "second full, 0.5 % changed: at most 0.15 of restic's stored bytes: 0.15",
        "resident memory: under 256 MiB in every run: 255 MiB",
        "start, --help: under 150 ms: 149 ms",
      ]
    `);
    expect(verdicts(figures({}))).toEqual(['met', 'met', 'met', 'met', 'met']);
  });

  it.each([
    [0, { first: 6.01 }],
    [1, { second: 5.01 }],
    [2, { stored: 15.1 }],
    [3, { peak: 256 }],
    [4, { start: 0.15 }],
  ])('says that target %i is not met when its figure is a little worse', (index, spoilt) => {
    const found = verdicts(figures(spoilt));
    expect(found[index]).toBe('not met');
    expect(found.filter((verdict) => verdict === 'met')).toHaveLength(4);
  });

  it('calls no target met that was not measured', () => {
    const alone = figures({}).filter((run) => run.tool === 'adcs-backup');
    expect(verdicts(alone)).toEqual(['not measured', 'not measured', 'not measured', 'met', 'met']);
    expect(verdicts([])).toEqual(Array.from({ length: 5 }, () => 'not measured'));
  });
});
