import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { ConformanceCheck, ConformanceGroup } from '@adcs-backup/sink-conformance';
import type { Output } from '../output/output.ts';
import type { Run } from '../run.ts';
import { groupText } from './sink-check-text.ts';

/** What trying needs of a run. */
interface TryingRun extends Pick<Run, 'signal'> {
  readonly output: Pick<Output, 'line' | 'text' | 'note' | 'detail' | 'progress' | 'style'>;
}

/** How a promise was found to be. */
export type Tried =
  | { readonly check: ConformanceCheck; readonly result: 'kept' }
  | { readonly check: ConformanceCheck; readonly result: 'broken'; readonly message: string }
  | { readonly check: ConformanceCheck; readonly result: 'skipped'; readonly reason: string };

/** Of the place or the line, not of the promise that is tried. */
const endsTrying: ReadonlySet<string> = new Set(['sink-unreachable', 'sink-denied', 'sink-full']);
/** Needs rights that a backup can do without. */
const mayBeDenied: ReadonlySet<string> = new Set<ConformanceGroup>(['retention', 'versions']);

/** Tries one promise after another. @throws when the place can't be used any more: nothing else needs to be tried then */
export async function tryPromises(run: TryingRun, checks: readonly ConformanceCheck[]): Promise<readonly Tried[]> {
  const all: Tried[] = [];
  for (const [group, members] of Map.groupBy(checks, (check) => check.group)) {
    const ofGroup: Tried[] = [];
    try {
      for (const check of members) {
        run.output.progress({ what: group, doneBytes: all.length, totalBytes: checks.length, noun: 'promise' });
        const tried = await tryAndTell(run, check);
        ofGroup.push(tried);
        all.push(tried);
      }
    } finally {
      if (ofGroup.length > 0) run.output.text(groupText(group, ofGroup, run.output.style));
    }
  }
  return all;
}

async function tryAndTell({ output, signal }: TryingRun, check: ConformanceCheck): Promise<Tried> {
  const { group, name } = check;
  signal.throwIfAborted();
  const beganAt = performance.now();
  try {
    const { check: _check, ...tried } = await tryPromise(check, signal);
    output.line({ type: 'promise-tried', group, name, ...tried, elapsedMs: Math.round(performance.now() - beganAt) });
    output.detail(`${group}: ${name}: ${tried.result}`);
    return { check, ...tried };
  } catch (error) {
    output.note(`stopped when it was tried whether the sink ${name} (${group})`);
    throw error;
  }
}

async function tryPromise(check: ConformanceCheck, signal: AbortSignal): Promise<Tried> {
  const { skip, group } = check;
  if (skip !== undefined) return { check, result: 'skipped', reason: skip };
  try {
    await check.run();
    return { check, result: 'kept' };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof AggregateError ? error.cause : error;
    const isOwn = AdcsBackupError.is(cause);
    if (isOwn && mayBeDenied.has(group) && cause.code === 'sink-denied') {
      return { check, result: 'skipped', reason: `refused: ${cause.message}` };
    }
    if (isOwn && (cause.retryable || endsTrying.has(cause.code))) throw cause;
    return { check, result: 'broken', message: messageOf(error) };
  }
}
