import type { SetEntry } from '../store/catalogue.ts';
import type { ChainData, InterruptedRun } from '../store/chain-data.ts';
import { chainName, type Label, nextLabel, parseLabel } from '../store/label.ts';
import type { BackupIo } from './io.ts';
import type { Lineage } from './lineage.ts';

const DEFAULT_CHAIN_MAX_AGE_MS = 30 * 24 * 3600_000;
/** Each costs memory for one of its maps, and reading all of them. */
const MAX_INTERRUPTED = 8;

/** Where a run stores, and what it may build on. */
export interface ChosenChain {
  readonly chain: string;
  readonly label: Label;
  /** The newest set, when the run goes on in its chain. */
  readonly buildsOnSet: boolean;
  /** Runs that were interrupted after that set, in the same chain, newest first: each may have come further than the next. */
  readonly interrupted: readonly InterruptedRun[];
}

/**
 * Goes on in the newest chain unless there is none, it is too old, a new one was asked for, or its
 * newest set can't be read.
 * @param earlier the CA's sets, oldest first
 */
export function chooseChain(
  {
    earlier,
    lineage,
    data,
  }: { readonly earlier: readonly SetEntry[]; readonly lineage: Lineage; readonly data: ChainData },
  io: BackupIo,
): ChosenChain {
  const label = nextLabel(io.startedAt, io.options.type, data.lastLabel);
  const newestSet = earlier.at(-1);
  const interrupted = data.interrupted.filter((run) => run.maps.length > 0 && isAfter(run, newestSet)).reverse();
  const chain = interrupted[0]?.chain ?? newestSet?.chain;
  const isSealedChain = chain === newestSet?.chain;
  const isReadable = !isSealedChain || lineage.newest !== undefined;
  if (chain === undefined || !isReadable || io.options.newChain === true || isTooOld(chain, io)) {
    return { chain: chainName(label), label, buildsOnSet: false, interrupted: [] };
  }
  return {
    chain,
    label,
    buildsOnSet: isSealedChain,
    interrupted: interrupted.filter((run) => run.chain === chain).slice(0, MAX_INTERRUPTED),
  };
}

function isAfter(run: InterruptedRun, set: SetEntry | undefined): boolean {
  return set === undefined || (run.label.text > set.label.text && run.chain >= set.chain);
}

/** A chain is named by the time of its first label; one with another name is nothing to go on in. */
function isTooOld(chain: string, { options, startedAt }: BackupIo): boolean {
  const begun = parseLabel(`${chain}-full`)?.time ?? new Date(0);
  return startedAt.getTime() - begun.getTime() >= (options.chainMaxAgeMs ?? DEFAULT_CHAIN_MAX_AGE_MS);
}
