import { describe, expect, it } from 'vitest';
import { summaries } from '../src/figures.ts';
import { comparison, markdownTable } from '../src/table.ts';
import { quantities } from '../src/words.ts';
import { runOf } from './run-of.ts';

describe('markdownTable', () => {
  it('pads columns to their widest cell, numbers to the right', () => {
    expect(
      markdownTable(
        ['', 'n'],
        [
          ['long name', '1'],
          ['x', '12345'],
        ],
      ),
    ).toMatchInlineSnapshot(`
      "|           |     n |
      | --------- | ----: |
      | long name |     1 |
      | x         | 12345 |"
    `);
  });
});

describe('comparison', () => {
  it('shows medians and ratios of the tasks that have the quantity, and a dash for what was not measured', () => {
    const runs = [
      runOf({ wallSeconds: 1.5, storedBytes: 30 * 2 ** 20 }),
      runOf({ tool: 'restic', wallSeconds: 6, storedBytes: 600 * 2 ** 20 }),
      runOf({ task: 'restore', wallSeconds: 0.25 }),
    ];
    const [wall, stored] = quantities.map((words) => comparison(summaries(runs), ['restic'], words));
    expect(`${wall}\n\n${stored}`).toMatchInlineSnapshot(`
      "|            | adcs-backup, s | restic, s | ours / restic |
      | ---------- | -------------: | --------: | ------------: |
      | first full |           1.50 |      6.00 |          0.25 |
      | restore    |          0.250 |         – |             – |

      |            | adcs-backup, MiB | restic, MiB | ours / restic |
      | ---------- | ---------------: | ----------: | ------------: |
      | first full |               30 |         600 |         0.050 |"
    `);
  });
});
