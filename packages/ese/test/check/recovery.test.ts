import { describe, expect, it } from 'vitest';
import { judgeFiles, judgeRecovery, type RecoveryVerdict } from '../../src/index.ts';
import { flipBit } from './made-files.ts';
import {
  checkedDatabase,
  checkedLogs,
  checkFile,
  cleanDatabase,
  dirtyDatabase,
  streamingCopy,
  streamLogs,
  withState,
} from './made-sets.ts';

function summary({ form, state, lastUsable, faults }: RecoveryVerdict): string {
  const words = faults.map(({ kind, generation, throughGeneration }) => {
    return throughGeneration === undefined ? `${kind} ${generation}` : `${kind} ${generation}-${throughGeneration}`;
  });
  return [`${form} ${state}`, ...(lastUsable === undefined ? [] : [`to ${lastUsable}`]), ...words].join(', ');
}

describe('verdict on a streaming copy', () => {
  const copy = checkedDatabase(streamingCopy);

  it('is complete with the logs from genLow to genHigh, and more that follow', () => {
    const verdict = judgeRecovery(copy, checkedLogs([3, 4, 5]));
    expect(verdict).toEqual({
      name: 'Demo.edb',
      form: 'streaming-copy',
      state: 'complete',
      needed: { lowest: 3, highest: 5, highestCommitted: 5 },
      lastUsable: 5,
      faults: [],
    });
    expect(summary(judgeRecovery(copy, checkedLogs([7, 6, 5, 4, 3])))).toBe('streaming-copy complete, to 7');
  });

  it.each([
    [[], 'streaming-copy impossible, log-missing 3-5'],
    [[4, 5], 'streaming-copy impossible, log-missing 3-3'],
    [[3, 5], 'streaming-copy impossible, to 3, log-missing 4-4'],
    [[3, 4], 'streaming-copy impossible, to 4, log-missing 5-5'],
    [[3, 4, 5, 7], 'streaming-copy partial, to 5, log-missing 6-6'],
  ])('with logs %j is %s', (generations, expected) => {
    expect(summary(judgeRecovery(copy, checkedLogs(generations)))).toBe(expected);
  });

  it('calls a log damaged that is there, not missing', () => {
    const damaged = checkedLogs([4], (file) => flipBit(file, 9000, 5));
    const headless = checkedLogs([6], (file) => file.fill(0, 0, 4096));
    const logs = checkedLogs([3, 5, 7]);
    expect(summary(judgeRecovery(copy, [...logs, ...damaged, ...headless]))).toBe(
      'streaming-copy impossible, to 3, log-damaged 4, log-damaged 6',
    );
    const twice = [...damaged, ...damaged, ...checkedLogs([3, 5], (file) => flipBit(file, 9000, 5))];
    expect(summary(judgeRecovery(copy, twice))).toBe(
      'streaming-copy impossible, log-damaged 3, log-damaged 4, log-damaged 5',
    );
    expect(summary(judgeRecovery(copy, damaged))).toBe(
      'streaming-copy impossible, log-missing 3-3, log-damaged 4, log-missing 5-5',
    );
    expect(summary(judgeRecovery(copy, [...checkedLogs([3, 4, 5]), ...headless]))).toBe(
      'streaming-copy partial, to 5, log-damaged 6',
    );
  });

  it('takes the good one of two logs', () => {
    const damaged = checkedLogs([4], (file) => flipBit(file, 9000, 5));
    expect(summary(judgeRecovery(copy, [...damaged, ...checkedLogs([3, 4, 5])]))).toBe('streaming-copy complete, to 5');
  });

  it('refuses logs that do not follow each other', () => {
    const other = checkedLogs([4]).map((log) => {
      const created = { raw: '00', at: new Date(0) };
      return { ...log, result: { ...log.result, facts: log.result.facts && { ...log.result.facts, created } } };
    });
    expect(summary(judgeRecovery(copy, [...checkedLogs([3, 5]), ...other]))).toBe(
      'streaming-copy impossible, to 3, created-mismatch 4, previous-created-mismatch 5',
    );
  });

  it('is that it is damaged where its pages are, or its trailer is lost', () => {
    const file = Buffer.from(streamingCopy);
    flipBit(file, 3 * 4096, 77);
    expect(summary(judgeRecovery(checkedDatabase(file), checkedLogs([3, 4, 5])))).toBe('streaming-copy damaged, to 5');
    const cut = checkedDatabase(streamingCopy.subarray(0, 10 * 4096));
    expect(judgeRecovery(cut, checkedLogs([3, 4, 5]))).toMatchObject({ state: 'damaged', needed: { highest: 3 } });
    const headless = checkedDatabase(Buffer.from(streamingCopy).fill(0, 0, 8192));
    expect(summary(judgeRecovery(headless, checkedLogs([3])))).toBe('other damaged');
  });
});

describe('verdict on a copy of the file itself', () => {
  it('is complete without logs when it was shut down cleanly', () => {
    expect(summary(judgeRecovery(checkedDatabase(cleanDatabase), []))).toBe('clean complete');
    expect(summary(judgeRecovery(checkedDatabase(cleanDatabase), checkedLogs([3, 6])))).toBe('clean complete');
    const damaged = Buffer.from(cleanDatabase);
    flipBit(damaged, 5 * 4096, 7);
    expect(summary(judgeRecovery(checkedDatabase(damaged), []))).toBe('clean damaged');
  });

  it.each([
    [[3, 4, 5], 'dirty complete, to 5'],
    [[3, 4], 'dirty partial, to 4, committed-log-missing 5-5'],
    [[3], 'dirty impossible, to 3, log-missing 4-4, committed-log-missing 5-5'],
    [[], 'dirty impossible, log-missing 3-4, committed-log-missing 5-5'],
  ])('with logs %j is %s', (generations, expected) => {
    expect(summary(judgeRecovery(checkedDatabase(dirtyDatabase), checkedLogs(generations)))).toBe(expected);
  });

  it('counts the current log, whatever its name, and ignores what is older than needed', () => {
    const current = checkFile('edb.log', streamLogs.get('edb00005.log') ?? Buffer.alloc(0));
    const logs = current.kind === 'log' ? [current] : [];
    const old = checkedLogs([3]).map((log) => ({
      ...log,
      result: { ...log.result, facts: log.result.facts && { ...log.result.facts, generation: 1 } },
    }));
    const database = checkedDatabase(dirtyDatabase);
    expect(summary(judgeRecovery(database, [...old, ...logs, ...checkedLogs([3, 4])]))).toBe('dirty complete, to 5');
  });

  it('knows nothing of a current log without a header: it counts as missing', () => {
    const current = checkFile('edb.log', Buffer.alloc(65536, 1));
    const logs = current.kind === 'log' ? [current] : [];
    expect(logs).toHaveLength(1);
    expect(summary(judgeRecovery(checkedDatabase(dirtyDatabase), [...checkedLogs([3, 4]), ...logs]))).toBe(
      'dirty partial, to 4, committed-log-missing 5-5',
    );
  });

  it('promises nothing in rare states', () => {
    const inState = (state: number): string => summary(judgeRecovery(checkedDatabase(withState(state)), []));
    expect([1, 2, 6].map(inState)).toEqual(['other complete', 'dirty impossible', 'other impossible']);
  });
});

describe('verdict on files that lie together', () => {
  it('is about each database with all logs', () => {
    const files = [checkFile('CA.edb', streamingCopy), checkFile('certbkxp.dat', new Uint8Array(9))];
    const verdict = judgeFiles([...checkedLogs([3, 4, 5]), ...files]);
    expect(verdict.logs).toBeUndefined();
    expect(verdict.databases.map(summary)).toEqual(['streaming-copy complete, to 5']);
  });

  it('is about the logs alone where there is no database', () => {
    expect(judgeFiles(checkedLogs([5, 4])).logs).toEqual({ lowest: 4, highest: 5, count: 2, faults: [] });
    expect(judgeFiles(checkedLogs([3, 6])).logs?.faults).toMatchObject([{ kind: 'log-missing', generation: 4 }]);
    const damaged = checkedLogs([3], (file) => flipBit(file, 5000, 1));
    expect(judgeFiles(damaged).logs).toEqual({ lowest: undefined, highest: undefined, count: 0, faults: [] });
    expect(judgeFiles([])).toEqual({ databases: [], logs: undefined });
  });
});
