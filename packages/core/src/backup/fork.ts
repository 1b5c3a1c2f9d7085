import { checkLogChain, type DatabaseFacts, type LogPosition, logGeneration } from '@adcs-backup/ese';
import { AdcsBackupError } from '../errors.ts';
import type { FileRecord, Warning } from '../store/manifest.ts';

/**
 * Signs that the CA went back in time since the chain's last set: by a restore, or by the revert of a
 * virtual machine. Signatures stay the same then, but generations are written a second time with other
 * content. Each function gives the sign in words, or undefined.
 */

/** What the chain knows of a database's past. */
export interface KnownPast {
  readonly database: DatabaseFacts;
  /** Good copies of logs, by generation. */
  readonly logs: ReadonlyMap<number, FileRecord>;
  /** Whether the backup that `database` is a copy of truncated: then the engine remembers it. */
  readonly hasTruncated: boolean;
}

/** Logs only can't go on behind a fork. */
export function forkError(sign: string): AdcsBackupError {
  return new AdcsBackupError('history-forked', `the CA does not go on from where the newest set ends: ${sign}`, {
    hint: 'It was restored, or its machine reverted. Keep all sets, and take a full one with --new-chain.',
  });
}

/** What the operator is told with a full set, which needs nothing of what was before. */
export function forkWarning({ message }: AdcsBackupError): Warning {
  return {
    code: 'history-forked',
    message,
    hint: 'It was restored, or its machine reverted. This full set stands by itself; what was issued in between is only in the sets before it: keep them.',
  };
}

/** By the header of a copy that is being made. */
export function databaseFork(now: DatabaseFacts, { database, logs, hasTruncated }: KnownPast): string | undefined {
  if (now.signature !== database.signature) return 'it is another database than before';
  if (now.logSignature !== database.logSignature) return 'its log stream is another one than before';
  const mark = now.currentFullBackup?.mark;
  const highest = Math.max(0, ...logs.keys());
  if (mark !== undefined && mark.generation <= highest) {
    return `the CA writes log ${mark.generation}, but the sink has logs up to ${highest}`;
  }
  const { maxRequired, maxRequiredCreated, maxCommitted, maxCommittedCreated } = now.requiredLogs;
  const written = [
    { generation: maxRequired, created: maxRequiredCreated },
    { generation: maxCommitted, created: maxCommittedCreated },
  ];
  for (const { generation, created } of written) {
    const known = logs.get(generation)?.log?.created;
    if (created !== undefined && known !== undefined && known.raw !== created.raw) return rewritten(generation);
  }
  const remembered = now.previousFullBackup?.mark;
  const taken = database.currentFullBackup?.mark;
  if (!hasTruncated || taken === undefined || (remembered !== undefined && !isBefore(remembered, taken)))
    return undefined;
  return 'it does not remember the last full backup';
}

/** By the list of all logs that the CA has. */
export function listFork(listed: readonly number[], known: ReadonlyMap<number, unknown>): string | undefined {
  const [newest, highest] = [Math.max(0, ...listed), Math.max(0, ...known.keys())];
  return newest < highest ? `the CA has logs up to ${newest}, but the sink has logs up to ${highest}` : undefined;
}

/** By a log that was read whole. `known` are the logs of the chain. */
export function logFork(file: FileRecord, known: ReadonlyMap<number, FileRecord>): string | undefined {
  const { log, intact } = file;
  const generation = logGeneration(file.name);
  if (log === undefined || intact !== true || generation === undefined) return undefined;
  const [one] = known.values();
  if (one?.log !== undefined && one.log.logSignature !== log.logSignature) {
    return `log ${generation} is of another log stream, of another CA or of one that was set up anew`;
  }
  const same = known.get(generation);
  if (same !== undefined) return same.treeDigest === file.treeDigest ? undefined : rewritten(generation);
  const before = known.get(generation - 1)?.log;
  if (before === undefined || checkLogChain([before, log]).length === 0) return undefined;
  return `log ${generation} follows another log ${generation - 1} than the one in the sink`;
}

function rewritten(generation: number): string {
  return `log ${generation} was written a second time`;
}

function isBefore(one: LogPosition, other: LogPosition): boolean {
  if (one.generation !== other.generation) return one.generation < other.generation;
  return one.sector === other.sector ? one.byte < other.byte : one.sector < other.sector;
}
