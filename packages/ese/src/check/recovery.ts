import type { DatabaseFacts } from './database-facts.ts';
import type { CheckedDatabase, CheckedLog } from './file-checker.ts';
import { type LogChainFinding, missingLogs } from './log-chain.ts';
import type { LogFacts } from './log-facts.ts';
import { checkLogSet } from './log-set.ts';
import { type NeededLogs, neededLogs } from './needed-logs.ts';
import { isStreamingCopy } from './trailer-rules.ts';
import { type NumberedLog, numberedLogs, usableLogs } from './usable-logs.ts';

/** Whether a database can be made consistent with the logs beside it. */
export interface RecoveryVerdict {
  /** Of the database file. */
  readonly name: string;
  /**
   * `streaming-copy`: made by a backup, wants a restore; `clean`, `dirty`: a copy of the file itself, shut down
   * or not; `other`: in a rare state, or unknown.
   */
  readonly form: 'streaming-copy' | 'clean' | 'dirty' | 'other';
  /**
   * `complete`: yes; `partial`: yes, but not up to the last log, since one is missing or at fault;
   * `impossible`: not with these logs; `damaged`: the database file itself is at fault.
   */
  readonly state: 'complete' | 'partial' | 'impossible' | 'damaged';
  /** Undefined when it needs no logs, or when neither header is good. */
  readonly needed: NeededLogs | undefined;
  /** The last log that can be used, none missing before it; undefined when none is needed or the first one is at fault. */
  readonly lastUsable: number | undefined;
  /** What is wrong with the logs from the first needed one on. */
  readonly faults: readonly LogChainFinding[];
}

/** Judges one database with logs in any order: those beside it, the current one included. */
export function judgeRecovery({ name, result }: CheckedDatabase, logs: readonly CheckedLog[]): RecoveryVerdict {
  const { facts, intact } = result;
  if (facts === undefined) {
    return { name, form: 'other', state: 'damaged', needed: undefined, lastUsable: undefined, faults: [] };
  }
  const needed = neededLogs(facts);
  const form = formOf(facts);
  if (needed === undefined) {
    const needsNone = facts.state === 'clean-shutdown' || facts.state === 'just-created';
    const state = !intact ? 'damaged' : needsNone ? 'complete' : 'impossible';
    return { name, form, state, needed, lastUsable: undefined, faults: [] };
  }
  const wanted = numberedLogs(logs).filter(({ generation }) => generation >= needed.lowest);
  const faults = faultsOf(wanted, facts);
  const firstFault = faults.reduce((least, { generation }) => Math.min(least, generation), Number.POSITIVE_INFINITY);
  const highest = usableLogs(wanted).reduce((most, { generation }) => Math.max(most, generation), needed.lowest - 1);
  const last = Math.min(highest, firstFault - 1);
  const state = !intact ? 'damaged' : last < needed.highest ? 'impossible' : faults.length > 0 ? 'partial' : 'complete';
  return { name, form, state, needed, lastUsable: last < needed.lowest ? undefined : last, faults };
}

function formOf(facts: DatabaseFacts): RecoveryVerdict['form'] {
  if (isStreamingCopy(facts)) return 'streaming-copy';
  if (facts.state === 'clean-shutdown') return 'clean';
  return facts.state === 'dirty-shutdown' || facts.state === 'dirty-and-patched' ? 'dirty' : 'other';
}

/** A log that is there but damaged is told as such, not as missing. */
function faultsOf(logs: readonly NumberedLog[], database: DatabaseFacts): LogChainFinding[] {
  const usable: readonly LogFacts[] = usableLogs(logs);
  const damaged = damagedGenerations(logs, usable);
  const faults = checkLogSet(usable, database).flatMap((fault) => withoutDamaged(fault, damaged));
  const ofDamaged = damaged.map((generation): LogChainFinding => {
    return { kind: 'log-damaged', generation, message: `log ${generation} is damaged` };
  });
  return [...faults, ...ofDamaged].toSorted((one, other) => one.generation - other.generation);
}

function damagedGenerations(logs: readonly NumberedLog[], usable: readonly LogFacts[]): number[] {
  const good = new Set(usable.map(({ generation }) => generation));
  const damaged = logs.filter(({ generation, result }) => !result.intact && !good.has(generation));
  return [...new Set(damaged.map(({ generation }) => generation))].toSorted((one, other) => one - other);
}

/** A range of missing logs without those that are there, but damaged. */
function withoutDamaged(fault: LogChainFinding, damaged: readonly number[]): LogChainFinding[] {
  const { kind, generation, throughGeneration: through } = fault;
  if (through === undefined || (kind !== 'log-missing' && kind !== 'committed-log-missing')) return [fault];
  const within = damaged.filter((one) => one >= generation && one <= through);
  let first = generation;
  return [...within, through + 1].flatMap((end) => {
    const range = first < end ? [missingLogs(kind, first, end - 1)] : [];
    first = end + 1;
    return range;
  });
}
