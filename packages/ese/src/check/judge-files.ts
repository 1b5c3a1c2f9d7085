import type { CheckedDatabase, CheckedLog, FileCheckResult } from './file-checker.ts';
import { checkLogChain, type LogChainFinding } from './log-chain.ts';
import { judgeRecovery, type RecoveryVerdict } from './recovery.ts';
import { usableLogs } from './usable-logs.ts';

/** Logs without a database. */
export interface LogsVerdict {
  /** Generations of the good ones; undefined when there is none. */
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
  readonly count: number;
  /** Whether they follow each other. */
  readonly faults: readonly LogChainFinding[];
}

/** What files that belong together, such as those of a folder, are good for. */
export interface FilesVerdict {
  readonly databases: readonly RecoveryVerdict[];
  /** Only when there are logs, but no database. */
  readonly logs: LogsVerdict | undefined;
}

/** Judges checked files that lie together. */
export function judgeFiles(files: readonly FileCheckResult[]): FilesVerdict {
  const databases = files.filter((file): file is CheckedDatabase => file.kind === 'database');
  const logs = files.filter((file): file is CheckedLog => file.kind === 'log');
  return {
    databases: databases.map((database) => judgeRecovery(database, logs)),
    logs: databases.length === 0 && logs.length > 0 ? judgeLogs(logs) : undefined,
  };
}

function judgeLogs(logs: readonly CheckedLog[]): LogsVerdict {
  const usable = usableLogs(logs);
  const ordered = usable.map(({ generation }) => generation).toSorted((one, other) => one - other);
  return { lowest: ordered[0], highest: ordered.at(-1), count: usable.length, faults: checkLogChain(usable) };
}
