import type { DatabaseFacts, RequiredLogFacts } from './database-facts.ts';
import { checkLogChain, type LogChainFinding, missingLogs } from './log-chain.ts';
import type { LogFacts } from './log-facts.ts';
import { neededLogs } from './needed-logs.ts';

/** Checks that a log belongs to a database: same log stream, page size, and, where the log names databases, this one. */
export function checkLogBelongs(log: LogFacts, database: DatabaseFacts): readonly LogChainFinding[] {
  return [...belongingFaults(log, database)];
}

/**
 * Checks that a database can be restored with these logs, given in any order: each belongs to it, they
 * follow each other, and none that it needs is missing.
 */
export function checkLogSet(logs: readonly LogFacts[], database: DatabaseFacts): readonly LogChainFinding[] {
  return [
    ...checkLogChain(logs),
    ...logs.flatMap((log) => checkLogBelongs(log, database)),
    ...rangeFaults(logs, database),
  ];
}

function* belongingFaults(log: LogFacts, database: DatabaseFacts): Generator<LogChainFinding> {
  const { generation } = log;
  if (log.logSignature !== database.logSignature) {
    const message = `log ${generation} is of another log stream than the database`;
    yield { kind: 'log-signature-mismatch', generation, message };
  }
  if (log.databasePageSize !== database.pageSize) {
    const message = `log ${generation} is for pages of ${log.databasePageSize} bytes, the database has ${database.pageSize}`;
    yield { kind: 'page-size-mismatch', generation, message };
  }
  if (log.attached.length > 0 && log.attached.every(({ signature }) => signature !== database.signature)) {
    yield { kind: 'database-not-attached', generation, message: `log ${generation} is of another database` };
  }
  const mismatch = [
    { required: database.requiredLogs, place: 'header' },
    { required: database.trailer?.requiredLogs, place: 'trailer' },
  ].find(({ required }) => required !== undefined && !isCreatedAsSaid(log, required));
  if (mismatch !== undefined) {
    const message = `log ${generation} was created at another time than the database's ${mismatch.place} says`;
    yield { kind: 'created-mismatch', generation, message };
  }
}

function isCreatedAsSaid({ generation, created }: LogFacts, required: RequiredLogFacts): boolean {
  const said = [
    { of: required.maxRequired, createdThen: required.maxRequiredCreated },
    { of: required.maxCommitted, createdThen: required.maxCommittedCreated },
  ].filter(({ of, createdThen }) => of === generation && createdThen !== undefined);
  return said.every(({ createdThen }) => createdThen?.raw === created?.raw);
}

/** What is missing at both ends. Gaps between are the chain's. */
function* rangeFaults(logs: readonly LogFacts[], database: DatabaseFacts): Generator<LogChainFinding> {
  const needed = neededLogs(database);
  if (needed === undefined) return;
  const lowest = logs.reduce((least, { generation }) => Math.min(least, generation), needed.highest + 1);
  const highest = logs.reduce((most, { generation }) => Math.max(most, generation), lowest - 1);
  if (lowest > needed.lowest) yield missingLogs('log-missing', needed.lowest, lowest - 1);
  if (highest < needed.highest) {
    yield missingLogs('log-missing', Math.max(highest + 1, needed.lowest), needed.highest);
  }
  const recoverable = Math.max(highest, needed.highest);
  if (recoverable < needed.highestCommitted) {
    yield missingLogs('committed-log-missing', recoverable + 1, needed.highestCommitted);
  }
}
