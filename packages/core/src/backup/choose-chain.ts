import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { ChainData, InterruptedRun } from '../store/chain-data.ts';
import { termsDiffer } from '../store/chain-terms.ts';
import { chainName, type Label, nextLabel } from '../store/label.ts';
import type { History } from './history.ts';
import type { BackupIo } from './io.ts';
import { isTooOld, termsOf } from './terms.ts';

/** Where a run stores, and what it may build on. */
export interface ChosenChain {
  readonly chain: string;
  readonly label: Label;
  /** The newest sets, when the run goes on in their chain. */
  readonly buildsOnSets: boolean;
  /** Runs that were interrupted after that set, in the same chain, newest first: each may have come further than the next. */
  readonly interrupted: readonly InterruptedRun[];
}

interface Known {
  /** The CA's sets that count, oldest first. */
  readonly earlier: readonly SetEntry[];
  readonly history: History;
  readonly data: ChainData;
  /** Runs that were interrupted after the newest set, newest first. */
  readonly resumable: readonly InterruptedRun[];
}

/**
 * Goes on in the newest chain unless there is none, its newest set can't be read, or a new one is due.
 * @throws `full-backup-missing` when logs only would have to begin a chain, or have no sound full set
 */
export function chooseChain({ earlier, history, data, resumable }: Known, io: BackupIo): ChosenChain {
  const label = nextLabel(io.startedAt, io.type, data.lastLabel);
  const newestSet = earlier.at(-1);
  const due = newestSet === undefined ? undefined : dueReason(newestSet, history, io);
  if (io.type === 'logs-only') requireBase(history, due, io);
  const isGoneOnWith = newestSet !== undefined && due === undefined && history.newest !== undefined;
  const [interrupted] = io.options.newChain === true ? [] : resumable;
  // What logs only hold is nothing without the full set of their chain.
  const isElsewhere = io.type === 'full' && interrupted !== undefined && interrupted.chain !== newestSet?.chain;
  const chain = isElsewhere ? interrupted.chain : isGoneOnWith ? newestSet.chain : undefined;
  if (chain === undefined) return { chain: chainName(label), label, buildsOnSets: false, interrupted: [] };
  return { chain, label, buildsOnSets: !isElsewhere, interrupted: resumable.filter((run) => run.chain === chain) };
}

/** Why the chain of the newest set isn't gone on with. */
function dueReason({ chain, hasSignature }: SetEntry, { newest }: History, io: BackupIo): string | undefined {
  const { newChain = false, signer } = io.options;
  if (newChain || isTooOld(chain, io)) return `${chain} is too old or one was asked for`;
  const other = newest === undefined ? undefined : termsDiffer(newest, termsOf(chain, io.options));
  if (other !== undefined) return `${chain} has other terms: ${other}`;
  // Nobody could tell which of its sets are the host's own.
  return signer === undefined || hasSignature ? undefined : `${chain} is not signed`;
}

/** Logs only stand on a sound full set of the newest chain. */
function requireBase(history: History, due: string | undefined, io: BackupIo): void {
  const [base] = history.sets;
  const why =
    base === undefined || history.newest === undefined
      ? 'there is no full set to build on'
      : !base.sound
        ? `the full set ${base.label} is suspect`
        : due !== undefined
          ? `a new chain is due, since ${due}`
          : io.isTrial
            ? doubt(history, history.newest)
            : undefined;
  if (why === undefined) return;
  throw new AdcsBackupError('full-backup-missing', `logs only don't do: ${why}`, {
    hint: 'Take a full set with --truncate-logs, or use --type auto, which does so when it has to.',
  });
}

/** Why a full set is better, though logs only might do. */
function doubt(
  { outcomes, hasTruncated: isRemembered }: History,
  newest: { readonly label: string; readonly sound: boolean },
) {
  const [last] = outcomes;
  if (!newest.sound) return `the newest set ${newest.label} is suspect`;
  if (last === undefined || last.warnings.some(({ code }) => code === 'end-failed')) {
    return `the session of ${newest.label} did not end well`;
  }
  return isRemembered ? undefined : 'the last full set truncated no logs, so for the CA it was a copy';
}
