import { logGeneration } from '@adcs-backup/ese';
import type { SourceFile } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import { forkError, listFork } from './fork.ts';
import type { BackupIo } from './io.ts';

/**
 * Looks at the list of all logs that the CA has, before any of them is read: it must go on from those of
 * the chain. Where logs only were asked for, a gap doesn't stop them: they become a suspect set.
 * @throws `history-forked` when the CA's logs end before those of the chain; `log-missing` when logs only
 *   were a trial and logs in between are gone
 */
export function requireContinuation(
  logs: readonly SourceFile[],
  known: ReadonlyMap<number, unknown>,
  io: BackupIo,
): void {
  const listed = logs.flatMap(({ name }) => logGeneration(name) ?? []);
  const sign = listFork(listed, known);
  if (sign !== undefined) throw forkError(sign);
  if (io.isTrial) requireNoGap(listed, Math.max(0, ...known.keys()));
}

/** Another tool may have truncated what the chain doesn't have yet. */
function requireNoGap(listed: readonly number[], highest: number): void {
  const fresh = listed.filter((generation) => generation > highest);
  const lowest = Math.min(...fresh);
  if (fresh.length === 0 || lowest === highest + 1) return;
  const message = `the sink has logs up to ${highest}, the CA from ${lowest} on: those between are gone`;
  throw new AdcsBackupError('log-missing', message, {
    hint: "Find out which other tool truncates logs of this CA: two that do so ruin each other's sets.",
  });
}
