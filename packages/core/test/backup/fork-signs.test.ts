import { DatabaseChecker, type DatabaseFacts, type LogPosition } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { databaseFork } from '../../src/backup/fork.ts';
import { validDatabase } from '../valid-files.ts';

/** What a copy says of itself that began in the middle of a log. */
function copyOf(mark: LogPosition | undefined, remembered: LogPosition | undefined): DatabaseFacts {
  const checker = new DatabaseChecker({ expected: 'streaming-copy' });
  checker.feed(validDatabase({ seeds: [1], markGeneration: 9, previousMarkGeneration: 9 }));
  const { facts } = checker.end();
  if (facts?.currentFullBackup === undefined) throw new Error('the copy has no header');
  const of = (at: LogPosition | undefined) => at && { ...facts.currentFullBackup, mark: at };
  return Object.assign(structuredClone(facts), { currentFullBackup: of(mark), previousFullBackup: of(remembered) });
}

const at = (generation: number, sector: number, byte: number): LogPosition => ({ generation, sector, byte });

describe('the last full backup that the engine remembers', () => {
  const taken = copyOf(at(9, 4, 100), undefined);

  test.each<[string, LogPosition | undefined, boolean]>([
    ['is the last one that truncated', at(9, 4, 100), false],
    ['is a later one, by the byte', at(9, 4, 101), false],
    ['is a later one, by the sector', at(9, 5, 0), false],
    ['is a later one, by the log', at(10, 1, 0), false],
    ['is an earlier one, by the byte', at(9, 4, 99), true],
    ['is an earlier one, by the sector', at(9, 3, 999), true],
    ['is an earlier one, by the log', at(8, 9, 999), true],
    ['is none', undefined, true],
  ])('%s', (_name, remembered, isFork) => {
    const past = { database: taken, logs: new Map(), hasTruncated: true };
    const sign = databaseFork(copyOf(at(12, 1, 0), remembered), past);
    expect(sign).toBe(isFork ? 'it does not remember the last full backup' : undefined);
  });

  test('says nothing where the last full set is no streaming copy', () => {
    const past = { database: copyOf(undefined, undefined), logs: new Map(), hasTruncated: true };
    expect(databaseFork(copyOf(undefined, undefined), past)).toBeUndefined();
  });
});
