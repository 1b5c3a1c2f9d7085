import type { DatabaseFacts } from './database-facts.ts';
import { isStreamingCopy } from './trailer-rules.ts';

/** Generations of logs, both ends included. */
export interface NeededLogs {
  readonly lowest: number;
  /** Without one of those up to here the database can't be recovered. */
  readonly highest: number;
  /** Without one of those up to here what was committed is lost. Never less than `highest`. */
  readonly highestCommitted: number;
}

/**
 * The logs that a database can't be restored without; undefined when it needs none. A streaming copy
 * needs those that were written while it was made. If its trailer is lost, only the lowest is known.
 */
export function neededLogs(database: DatabaseFacts): NeededLogs | undefined {
  if (isStreamingCopy(database) && database.genLow !== undefined) {
    const atEnd = database.trailer?.requiredLogs;
    const highest = Math.max(database.genLow, database.genHigh ?? 0, atEnd?.maxRequired ?? 0);
    return { lowest: database.genLow, highest, highestCommitted: Math.max(highest, atEnd?.maxCommitted ?? 0) };
  }
  const { minRequired, maxRequired, maxCommitted } = database.requiredLogs;
  if (database.state === 'clean-shutdown' || minRequired === 0) return undefined;
  const highest = Math.max(minRequired, maxRequired);
  return { lowest: minRequired, highest, highestCommitted: Math.max(highest, maxCommitted) };
}
