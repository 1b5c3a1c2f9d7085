import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from './catalogue.ts';
import type { InterruptedRun } from './chain-data.ts';
import { type Label, nextLabel } from './label.ts';
import { beginKey } from './layout.ts';
import type { ReadOptions } from './older-versions.ts';
import { readSigned } from './signed-object.ts';
import { isStoredFault } from './stored-fault.ts';

/** Whoever has taken a label. */
export interface LabelHolders {
  readonly caId: string;
  /** Sets that count. */
  readonly sets: readonly SetEntry[];
  /** Sets that nobody vouches for. */
  readonly others: readonly SetEntry[];
  /** Runs, whether they sealed a set or not. */
  readonly begun: readonly Pick<InterruptedRun, 'chain' | 'label'>[];
}

/** Reading options, and what time it is. */
export interface LabelOptions extends ReadOptions {
  readonly now: Date;
}

/**
 * The label that the next one comes after. One that lies in the future counts only when it is vouched for, where
 * signers are trusted: else whoever may write could push labels to the year 9999. None is taken twice.
 */
export async function lastLabel(
  sink: BackupSink,
  holders: LabelHolders,
  options: LabelOptions,
): Promise<Label | undefined> {
  const { sets, others, begun } = holders;
  const isPast = ({ time }: Label): boolean => time.getTime() <= options.now.getTime();
  const all = [...others, ...begun].map(({ label }) => label).sort(byTime);
  const vouched = options.trusted === undefined ? all.at(-1) : await newestVouched(sink, holders, options);
  const counting = [
    ...sets.map(({ label }) => label),
    ...all.filter(isPast),
    ...(vouched === undefined ? [] : [vouched]),
  ];
  let last = counting.sort(byTime).at(-1);
  for (const label of all) {
    if (label.time.getTime() === nextLabel(options.now, label.type, last).time.getTime()) last = label;
  }
  return last;
}

/** The newest of the runs whose begin is signed. */
async function newestVouched(
  sink: BackupSink,
  { caId, begun }: LabelHolders,
  options: LabelOptions,
): Promise<Label | undefined> {
  for (const { chain, label } of begun.toSorted((a, b) => byTime(b.label, a.label))) {
    if (label.time.getTime() <= options.now.getTime()) return undefined;
    const key = beginKey({ caId, chain, label });
    try {
      return await readSigned(sink, { key, sizeBytes: undefined, accept: () => label }, options);
    } catch (error) {
      if (!isStoredFault(error)) throw error;
    }
  }
  return undefined;
}

function byTime(a: Label, b: Label): number {
  return a.text < b.text ? -1 : 1;
}
