import { DatabaseChecker, LogChecker, logFileName } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { type ComposableSet, compose } from '../../src/chain/compose.ts';
import type { FileRecord } from '../../src/store/manifest.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

const stored = { sourcePath: '', sizeBytes: 65_536, treeDigest: '', extents: [] };

function database(name = 'CA.edb', shape: { readonly genLow?: number; readonly genHigh?: number } = {}): FileRecord {
  const checker = new DatabaseChecker({ expected: 'streaming-copy' });
  checker.feed(validDatabase({ seeds: [1], genLow: 3, genHigh: 4, ...shape }));
  const { intact, facts } = checker.end();
  return { ...stored, role: 'database', name, intact, ...(facts === undefined ? {} : { database: facts }) };
}

function logs(first: number, last: number): FileRecord[] {
  return Object.entries(validLogs({ first, last })).map(([name, bytes]) => {
    const checker = new LogChecker();
    checker.feed(bytes);
    const { intact, facts } = checker.end();
    return { ...stored, role: 'log', name, intact, ...(facts === undefined ? {} : { log: facts }) };
  });
}

function full(...files: readonly FileRecord[]): ComposableSet {
  return { label: 'full', type: 'full', files };
}

function logsOnly(label: string, files: readonly FileRecord[]): ComposableSet {
  return { label, type: 'logs-only', files };
}

function without(files: readonly FileRecord[], ...generations: readonly number[]): FileRecord[] {
  return files.filter(({ name }) => !generations.map(logFileName).includes(name));
}

function generations({ logs: found }: { readonly logs: readonly { readonly generation: number }[] }): number[] {
  return found.map(({ generation }) => generation);
}

describe('a restore consists of', () => {
  test('the newest full set and one copy of each log up to the end of the set', () => {
    const target = logsOnly('b', logs(5, 7));
    const sets = [full(database(), ...logs(3, 4)), logsOnly('a', logs(4, 6))];
    const composition = compose(target, sets);
    expect(composition).toMatchObject({ base: sets[0], isComplete: true, isRestorable: true, findings: [] });
    expect(generations(composition)).toEqual([3, 4, 5, 6, 7]);
    expect(composition.logs.map(({ set }) => set.label)).toEqual(['full', 'full', 'a', 'a', 'b']);
  });

  test('all logs that any of several databases needs', () => {
    const both = full(database('One.edb', { genLow: 2, genHigh: 3 }), database('Two.edb'), ...logs(2, 4));
    expect(compose(both, [])).toMatchObject({ needed: { lowest: 2, highest: 4 }, isComplete: true });
  });

  test('also the logs without which the last commits are lost, where the trailer tells of them', () => {
    const file = database();
    const { trailer, requiredLogs } = file.database ?? expect.unreachable();
    const atEnd = { ...requiredLogs, maxCommitted: 5, maxCommittedCreated: undefined };
    const told = { ...file, database: { ...file.database, trailer: { ...trailer, requiredLogs: atEnd } } };
    const composition = compose(full(told as FileRecord, ...logs(3, 4)), []);
    expect(composition).toMatchObject({ isRestorable: true, isComplete: false });
    expect(composition.findings).toMatchObject([{ code: 'log-missing', message: expect.stringContaining('log 5 is') }]);
    expect(compose(full(told as FileRecord, ...logs(3, 5)), [])).toMatchObject({ isComplete: true });
  });

  test('logs from the lowest of the full set, where no header tells what is needed', () => {
    const { database: _facts, ...damaged } = database();
    const composition = compose(full({ ...damaged, intact: false }, ...logs(2, 4)), []);
    expect(composition).toMatchObject({
      needed: undefined,
      isRestorable: false,
      findings: [{ code: 'database-damaged', file: 'CA.edb', message: 'CA.edb of full is damaged' }],
    });
    expect(generations(composition)).toEqual([2, 3, 4]);
  });

  test('nothing, when neither a header nor a log is there', () => {
    expect(compose(full(), [])).toMatchObject({ logs: [], isRestorable: false, isComplete: false, findings: [] });
  });

  test('no logs beyond the set itself, though others have them', () => {
    const composition = compose(logsOnly('a', logs(4, 5)), [full(database(), ...logs(3, 9))]);
    expect(generations(composition)).toEqual([3, 4, 5]);
  });

  test("the full set's own logs, where an older set has them, too", () => {
    const { logs: found } = compose(full(database(), ...logs(3, 4)), [logsOnly('old', logs(1, 4))]);
    expect(found.map(({ set }) => set.label)).toEqual(['full', 'full']);
  });

  test('a log from before the full set, where that has no good copy', () => {
    const old = logsOnly('old', logs(1, 3));
    const composition = compose(full(database(), ...logs(4, 4)), [old]);
    expect(composition).toMatchObject({ isComplete: true });
    expect(composition.logs.map(({ set }) => set.label)).toEqual(['old', 'full']);
  });
});

describe('a restore ends', () => {
  test.each<[string, readonly number[], string]>([
    ['one log', [6], 'log 6 is missing from the chain'],
    ['several logs', [6, 7], 'logs 6 to 7 are missing from the chain'],
  ])('before %s that no set has', (_name, gone, message) => {
    const target = logsOnly('a', without(logs(4, 9), ...gone));
    const composition = compose(target, [full(database(), ...logs(3, 4))]);
    expect(composition).toMatchObject({
      isRestorable: true,
      isComplete: false,
      findings: [{ code: 'log-missing', message }],
    });
    expect(generations(composition)).toEqual([3, 4, 5]);
  });

  test('before a log that is damaged in every set', () => {
    const bad = logs(4, 5).map((file) => (file.name === logFileName(5) ? { ...file, intact: false } : file));
    const composition = compose(logsOnly('b', bad), [full(database(), ...logs(3, 4)), logsOnly('a', bad)]);
    expect(composition.findings).toEqual([
      { code: 'log-damaged', file: logFileName(5), message: `${logFileName(5)} of a is damaged` },
    ]);
    expect(composition).toMatchObject({ isRestorable: true, isComplete: false });
  });

  test('and is none, when a log is missing that a database cannot do without', () => {
    const composition = compose(logsOnly('a', logs(5, 6)), [full(database(), ...logs(3, 3))]);
    expect(composition).toMatchObject({ isRestorable: false, findings: [{ code: 'log-missing' }] });
  });
});
