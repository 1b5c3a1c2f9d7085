import type { LogChainFinding, LogsVerdict, NeededLogs, RecoveryVerdict } from '@adcs-backup/ese';
import { logFileName } from '@adcs-backup/ese';
import { count } from '../output/format.ts';

/** Whether databases can be recovered, in words. */

/** How many faults of logs are told one by one. */
const MAX_FAULTS = 10;

/** One sentence, then what is wrong with the logs. `isLoose`: logs that weren't named may be elsewhere. */
export function databaseText(verdict: RecoveryVerdict, isLoose: boolean): string[] {
  const { name, state, needed, faults } = verdict;
  const lacksOnly = state !== 'damaged' && faults.length > 0 && faults.every(isMissing);
  if (isLoose && needed !== undefined && lacksOnly) {
    return [`${name}: ${wants(verdict, needed)}: not all of them were named; name the folder to have them checked`];
  }
  const current = verdict.form === 'dirty' ? needed?.highestCommitted : undefined;
  return [`${name}: ${sentence(verdict)}`, ...faultLines(faults, current)];
}

export function logsText({ lowest, highest, count: amount, faults }: LogsVerdict): string[] {
  if (lowest === undefined || highest === undefined) return ['no database, and no log that is good'];
  const range = rangeText(lowest, highest);
  if (faults.length > 0) return [`no database; of ${range} not all are there or fit each other`, ...faultLines(faults)];
  return [`no database; ${range} ${amount === 1 ? 'is good' : 'follow each other without a gap'}`];
}

function sentence(verdict: RecoveryVerdict): string {
  const { state, needed, lastUsable } = verdict;
  if (state === 'damaged') return "DAMAGED: don't restore or start it as it is";
  if (needed === undefined) return sentenceWithoutLogs(verdict);
  const needs = wants(verdict, needed);
  if (state === 'complete') {
    const more = lastUsable !== undefined && lastUsable > needed.highestCommitted;
    return `${needs}: all there and good${more ? `, and those up to ${lastUsable} follow` : ''}`;
  }
  if (state === 'impossible') return `CAN'T BE RECOVERED from what is here: ${needs}`;
  return `can be recovered up to log ${lastUsable} ONLY, what came later is lost: ${needs}`;
}

function sentenceWithoutLogs({ state, form }: RecoveryVerdict): string {
  if (state !== 'complete') return "CAN'T BE RECOVERED from what is here: its header doesn't say which logs it needs";
  return form === 'clean' ? 'was shut down cleanly, needs no logs' : 'needs no logs';
}

function wants({ form }: RecoveryVerdict, { lowest, highestCommitted }: NeededLogs): string {
  return `${origin[form]}, needs ${rangeText(lowest, highestCommitted)}`;
}

function isMissing({ kind }: LogChainFinding): boolean {
  return kind === 'log-missing' || kind === 'committed-log-missing';
}

const origin: Readonly<Record<RecoveryVerdict['form'], string>> = {
  'streaming-copy': 'a backup',
  clean: 'was shut down cleanly',
  dirty: 'was not shut down cleanly',
  other: 'is in a rare state',
};

/** `logs 3 to 5 (edb00003.log to edb00005.log)`. */
function rangeText(lowest: number, highest: number): string {
  const what = lowest === highest ? `log ${lowest}` : `logs ${lowest} to ${highest}`;
  return `${what} (${fileNames(lowest, highest)})`;
}

function fileNames(lowest: number, highest: number): string {
  return lowest === highest ? logFileName(lowest) : `${logFileName(lowest)} to ${logFileName(highest)}`;
}

/** `current`: the log that was being written may be the one of this generation. */
function faultLines(faults: readonly LogChainFinding[], current?: number): string[] {
  const told = faults.slice(0, MAX_FAULTS).map((fault) => `  ${fault.message}${missingNames(fault, current)}`);
  const others = faults.length - told.length;
  return others > 0 ? [...told, `  and ${count(others, 'more fault')}`] : told;
}

function missingNames(fault: LogChainFinding, current: number | undefined): string {
  if (!isMissing(fault)) return '';
  const { generation, throughGeneration = generation } = fault;
  return ` (${fileNames(generation, throughGeneration)}${throughGeneration === current ? ', or edb.log' : ''})`;
}
