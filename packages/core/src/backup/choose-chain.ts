import { AdcsBackupError } from '../errors.ts';
import type { SetEntry } from '../store/catalogue.ts';
import type { ChainData, InterruptedRun } from '../store/chain-data.ts';
import { DEFAULT_CHAIN_MAX_AGE_MS } from '../store/chain-lock.ts';
import { chainName, chainTime, type Label, nextLabel } from '../store/label.ts';
import type { History } from './history.ts';
import type { BackupIo } from './io.ts';

/** Each costs memory for one of its maps, and reading all of them. */
const MAX_INTERRUPTED = 8;

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
  /** The CA's sets, oldest first. */
  readonly earlier: readonly SetEntry[];
  readonly history: History;
  readonly data: ChainData;
}

/**
 * Goes on in the newest chain unless there is none, it is too old, a new one was asked for, or its
 * newest set can't be read.
 * @throws `full-backup-missing` when logs only would have to begin a chain, or have no sound full set
 */
export function chooseChain({ earlier, history, data }: Known, io: BackupIo): ChosenChain {
  const label = nextLabel(io.startedAt, io.type, data.lastLabel);
  if (io.type === 'logs-only') requireBase(history, io);
  const newestSet = earlier.at(-1);
  const interrupted = data.interrupted.filter((run) => run.maps.length > 0 && isAfter(run, newestSet)).reverse();
  // What logs only hold is nothing without the full set of their chain.
  const chain = io.type === 'logs-only' ? newestSet?.chain : (interrupted[0]?.chain ?? newestSet?.chain);
  const isSealedChain = chain === newestSet?.chain;
  const isReadable = !isSealedChain || history.newest !== undefined;
  if (chain === undefined || !isReadable || io.options.newChain === true || isTooOld(chain, io)) {
    return { chain: chainName(label), label, buildsOnSets: false, interrupted: [] };
  }
  return {
    chain,
    label,
    buildsOnSets: isSealedChain,
    interrupted: interrupted.filter((run) => run.chain === chain).slice(0, MAX_INTERRUPTED),
  };
}

/** Logs only stand on a sound full set of the newest chain. */
function requireBase(history: History, io: BackupIo): void {
  const [base] = history.sets;
  const why =
    base === undefined || history.newest === undefined
      ? 'there is no full set to build on'
      : !base.sound
        ? `the full set ${base.label} is suspect`
        : io.options.newChain === true || isTooOld(base.chain, io)
          ? `a new chain is due, since ${base.chain} is too old or one was asked for`
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

function isAfter(run: InterruptedRun, set: SetEntry | undefined): boolean {
  return set === undefined || (run.label.text > set.label.text && run.chain >= set.chain);
}

/** A chain is named by the time of its first label; one with another name is nothing to go on in. */
function isTooOld(chain: string, { options, startedAt }: BackupIo): boolean {
  const begun = chainTime(chain) ?? new Date(0);
  return startedAt.getTime() - begun.getTime() >= (options.chainMaxAgeMs ?? DEFAULT_CHAIN_MAX_AGE_MS);
}
