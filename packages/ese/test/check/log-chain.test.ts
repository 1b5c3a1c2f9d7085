import { describe, expect, it } from 'vitest';
import {
  checkLogBelongs,
  checkLogChain,
  checkLogSet,
  type DatabaseFacts,
  type LogChainFinding,
  type LogFacts,
  logGeneration,
  neededLogs,
  synthesizeLogStream,
} from '../../src/index.ts';
import {
  checkDatabase,
  checkLog,
  createdAt,
  databaseSignature,
  headerOf,
  logSignature,
  madeDatabase,
  madeStreamingCopy,
} from './made-files.ts';

const stream = {
  seed: 1,
  firstGeneration: 3,
  count: 4,
  firstCreatedAt: createdAt,
  logSignature,
  databasePageSize: 4096,
  attached: [{ signature: databaseSignature, path: 'Demo.edb' }],
};

/** Facts of logs 3 to 6, as a checker gives them. */
const logs: readonly LogFacts[] = Array.from(synthesizeLogStream(stream), ({ bytes, name }) =>
  required(checkLog(bytes, { expectedGeneration: logGeneration(name) }).facts),
);
const copy = required(checkDatabase(madeStreamingCopy()).facts);
const dirty = required(checkDatabase(madeDatabase()).facts);

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a made file has no facts');
  return value;
}

/** The logs, one of them changed. */
function withChanged(generation: number, change: Partial<LogFacts>): LogFacts[] {
  return logs.map((log) => (log.generation === generation ? { ...log, ...change } : log));
}

function withTrailerLogs(database: DatabaseFacts, requiredLogs: DatabaseFacts['requiredLogs']): DatabaseFacts {
  return { ...database, trailer: { ...required(database.trailer), requiredLogs } };
}

function only(...generations: number[]): LogFacts[] {
  return logs.filter(({ generation }) => generations.includes(generation));
}

function summary(findings: readonly LogChainFinding[]): string[] {
  return findings.map(({ kind, generation, throughGeneration }) => {
    return `${kind} ${generation}${throughGeneration === undefined ? '' : `-${throughGeneration}`}`;
  });
}

/** A time unlike all others. */
const otherTime = { raw: '0000000000000001', at: createdAt };

describe('chain of logs', () => {
  it('holds, in whatever order the logs come', () => {
    expect(checkLogChain(logs)).toEqual([]);
    expect(checkLogChain(logs.toReversed())).toEqual([]);
    expect(checkLogChain([])).toEqual([]);
  });

  it.each([
    ['another creation time of the log before', { previousCreated: otherTime }, 'previous-created-mismatch 5'],
    ['no creation time of the log before', { previousCreated: undefined }, 'previous-created-mismatch 5'],
    ['another seal', { previousSeal: '0000000000000001' }, 'seal-mismatch 4'],
  ])('breaks at a log with %s', (_, change, finding) => {
    expect(summary(checkLogChain(withChanged(5, change)))).toEqual([finding]);
  });

  it('breaks at a log of another stream, or page size, on both sides of it', () => {
    const signatures = checkLogChain(withChanged(5, { logSignature: copy.signature }));
    expect(summary(signatures)).toEqual(['log-signature-mismatch 5', 'log-signature-mismatch 6']);
    const sizes = checkLogChain(withChanged(6, { databasePageSize: 8192 }));
    expect(summary(sizes)).toEqual(['page-size-mismatch 6']);
  });

  it('breaks at gaps and repetitions', () => {
    const gap = checkLogChain(only(3, 6));
    expect(summary(gap)).toEqual(['log-missing 4-5']);
    expect(gap[0]?.message).toBe('logs 4 to 5 are missing');
    expect(checkLogChain(only(3, 5))[0]?.message).toBe('log 4 is missing');
    expect(summary(checkLogChain([...logs, ...only(4)]))).toEqual(['log-repeated 4']);
  });

  it('asks for no seal where one of the two is unknown', () => {
    expect(checkLogChain(withChanged(5, { previousSeal: undefined }))).toEqual([]);
    expect(checkLogChain(withChanged(5, { seal: undefined }))).toEqual([]);
  });
});

describe('log of a database', () => {
  const log = required(logs[2]);
  const created = required(log.created);
  const fits: DatabaseFacts = {
    ...dirty,
    requiredLogs: { ...dirty.requiredLogs, maxCommittedCreated: created, maxCommitted: 5 },
  };

  it('belongs to it by signatures, page size and creation time', () => {
    expect(checkLogBelongs(log, fits)).toEqual([]);
    expect(checkLogBelongs(log, { ...fits, requiredLogs: { ...fits.requiredLogs, maxCommitted: 9 } })).toEqual([]);
  });

  it.each([
    ['log-signature-mismatch 5', { logSignature: dirty.signature }],
    ['page-size-mismatch 5', { databasePageSize: 8192 }],
    ['database-not-attached 5', { attached: [{ signature: dirty.logSignature, path: '' }] }],
    ['created-mismatch 5', { created: otherTime }],
    ['created-mismatch 5', { created: undefined }],
  ])('is refused: %s', (finding, change) => {
    expect(summary(checkLogBelongs({ ...log, ...change }, fits))).toEqual([finding]);
  });

  it('is asked for the creation time of the highest required log, too', () => {
    const required4 = { ...fits.requiredLogs, maxRequired: 5, maxRequiredCreated: otherTime };
    expect(summary(checkLogBelongs(log, { ...fits, requiredLogs: required4 }))).toEqual(['created-mismatch 5']);
  });

  it('is asked for the creation times in the trailer of a streaming copy, too', () => {
    const database = { ...copy, requiredLogs: fits.requiredLogs };
    const timed = { ...fits.requiredLogs, maxRequired: 5, maxRequiredCreated: created };
    expect(checkLogBelongs(log, withTrailerLogs(database, timed))).toEqual([]);
    const wrong = withTrailerLogs(database, { ...timed, maxRequiredCreated: otherTime });
    expect(checkLogBelongs(log, wrong)).toMatchObject([
      { kind: 'created-mismatch', message: expect.stringMatching(/trailer says$/) },
    ]);
  });

  it('need not name databases', () => {
    expect(checkLogBelongs({ ...log, attached: [] }, fits)).toEqual([]);
  });
});

describe('logs that a database needs', () => {
  it('are those from genLow to genHigh for a streaming copy', () => {
    expect(neededLogs(copy)).toEqual({ lowest: 3, highest: 5, highestCommitted: 5 });
    expect(neededLogs({ ...copy, genHigh: undefined })).toEqual({ lowest: 3, highest: 3, highestCommitted: 3 });
    const more = { ...copy.requiredLogs, maxRequired: 6, maxCommitted: 7 };
    expect(neededLogs(withTrailerLogs(copy, more))).toEqual({ lowest: 3, highest: 6, highestCommitted: 7 });
  });

  it('are the required and the committed ones for a dirty database, restored or not', () => {
    const needed = { lowest: 3, highest: 4, highestCommitted: 5 };
    expect(neededLogs(dirty)).toEqual(needed);
    const backup = required(copy.trailer).backup;
    const header = { ...headerOf(4096), currentFullBackup: backup };
    expect(neededLogs(required(checkDatabase(madeDatabase({ header })).facts))).toEqual(needed);
  });

  it('are none for a clean or new database', () => {
    expect(neededLogs({ ...dirty, state: 'clean-shutdown' })).toBeUndefined();
    const requiredLogs = { ...dirty.requiredLogs, minRequired: 0 };
    expect(neededLogs({ ...dirty, state: 'just-created', requiredLogs })).toBeUndefined();
  });
});

describe('set of database and logs', () => {
  /** Without creation times in the header, which the stream's logs don't have. */
  function untimed(database: DatabaseFacts): DatabaseFacts {
    const requiredLogs = { ...database.requiredLogs, maxRequiredCreated: undefined, maxCommittedCreated: undefined };
    return { ...database, requiredLogs };
  }

  it('is complete with the needed logs, and with more', () => {
    expect(checkLogSet(only(3, 4, 5), untimed(copy))).toEqual([]);
    expect(checkLogSet(logs, untimed(copy))).toEqual([]);
    expect(checkLogSet(logs, untimed(dirty))).toEqual([]);
    expect(checkLogSet([], { ...dirty, state: 'clean-shutdown' })).toEqual([]);
  });

  it.each([
    [[], ['log-missing 3-4', 'committed-log-missing 5-5']],
    [[3], ['log-missing 4-4', 'committed-log-missing 5-5']],
    [[3, 4], ['committed-log-missing 5-5']],
    [[4, 5], ['log-missing 3-3']],
    [[5, 6], ['log-missing 3-4']],
    [[6], ['log-missing 3-4']],
    [[3, 5], ['log-missing 4-4']],
  ])('with logs %j lacks %j', (generations, findings) => {
    expect(summary(checkLogSet(only(...generations), untimed(dirty)))).toEqual(findings);
  });

  it('lacks logs at both ends of a streaming copy', () => {
    expect(summary(checkLogSet(only(4), untimed(copy)))).toEqual(['log-missing 3-3', 'log-missing 5-5']);
    expect(summary(checkLogSet([], untimed(copy)))).toEqual(['log-missing 3-5']);
  });

  it('lacks what lies above logs that are too old', () => {
    const requiredLogs = { ...untimed(dirty).requiredLogs, minRequired: 8, maxRequired: 9, maxCommitted: 9 };
    expect(summary(checkLogSet(logs, { ...dirty, requiredLogs }))).toEqual(['log-missing 8-9']);
  });

  it('tells what does not belong together', () => {
    const foreign = { ...untimed(copy), logSignature: copy.signature };
    expect(summary(checkLogSet(only(3, 4, 5), foreign))).toEqual([3, 4, 5].map((of) => `log-signature-mismatch ${of}`));
  });
});
