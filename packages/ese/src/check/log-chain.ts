import type { LogFacts } from './log-facts.ts';

/** What is wrong with a chain of logs, as a stable word. Words are only ever added. */
export type LogChainFindingKind =
  | 'log-missing'
  | 'log-repeated'
  | 'previous-created-mismatch'
  | 'log-signature-mismatch'
  | 'page-size-mismatch'
  | 'seal-mismatch'
  // Between a database and its logs
  | 'database-not-attached'
  | 'created-mismatch'
  | 'committed-log-missing'
  | 'log-damaged';

export interface LogChainFinding {
  readonly kind: LogChainFindingKind;
  /** Of the log at fault; of the first one that is missing. */
  readonly generation: number;
  /** The last one that is missing. */
  readonly throughGeneration?: number | undefined;
  /** For people: lower case, without a full stop. */
  readonly message: string;
}

/** Checks that logs, in any order, follow each other as the engine demands. Nothing is asked of the first one. */
export function checkLogChain(logs: readonly LogFacts[]): readonly LogChainFinding[] {
  const ordered = logs.toSorted((one, other) => one.generation - other.generation);
  return ordered.flatMap((log, index) => {
    const previous = ordered[index - 1];
    return previous === undefined ? [] : [...linkFaults(previous, log)];
  });
}

function* linkFaults(previous: LogFacts, log: LogFacts): Generator<LogChainFinding> {
  const { generation } = log;
  if (log.logSignature !== previous.logSignature) {
    yield { kind: 'log-signature-mismatch', generation, message: `log ${generation} is of another log stream` };
  }
  if (log.databasePageSize !== previous.databasePageSize) {
    yield { kind: 'page-size-mismatch', generation, message: `log ${generation} is for pages of another size` };
  }
  if (generation === previous.generation) {
    yield { kind: 'log-repeated', generation, message: `there are two logs of generation ${generation}` };
  } else if (generation > previous.generation + 1) {
    yield missingLogs('log-missing', previous.generation + 1, generation - 1);
  } else yield* neighbourFaults(previous, log);
}

function* neighbourFaults(previous: LogFacts, log: LogFacts): Generator<LogChainFinding> {
  const { generation } = log;
  if (log.previousCreated?.raw !== previous.created?.raw) {
    const message = `log ${generation} follows another log ${previous.generation} than this one`;
    yield { kind: 'previous-created-mismatch', generation, message };
  }
  const isSealed = log.previousSeal !== undefined && previous.seal !== undefined;
  if (isSealed && log.previousSeal !== previous.seal) {
    const message = `the segments of log ${previous.generation} are not those that log ${generation} was written after`;
    yield { kind: 'seal-mismatch', generation: previous.generation, message };
  }
}

export function missingLogs(
  kind: 'log-missing' | 'committed-log-missing',
  first: number,
  last: number,
): LogChainFinding {
  const what = first === last ? `log ${first} is` : `logs ${first} to ${last} are`;
  return { kind, generation: first, throughGeneration: last, message: `${what} missing` };
}
