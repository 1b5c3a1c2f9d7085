import { logGeneration } from '@adcs-backup/ese';
import type { SourceFile } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import { highestKnown } from './history.ts';
import type { BackupIo } from './io.ts';

/**
 * Looks at the list whether logs between those of the chain and those of the CA are gone: another tool
 * truncated them. Where logs only were asked for, they are taken all the same, as a suspect set.
 * @throws `log-missing` when logs only were a trial
 */
export function requireNoGap(logs: readonly SourceFile[], known: ReadonlyMap<number, unknown>, io: BackupIo): void {
  const highest = highestKnown(known);
  if (!io.isTrial || highest === undefined) return;
  const fresh = logs.flatMap(({ name }) => logGeneration(name) ?? []).filter((generation) => generation > highest);
  const lowest = Math.min(...fresh);
  if (fresh.length === 0 || lowest === highest + 1) return;
  const message = `the sink has logs up to ${highest}, the CA from ${lowest} on: those between are gone`;
  throw new AdcsBackupError('log-missing', message, {
    hint: "Find out which other tool truncates logs of this CA: two that do so ruin each other's sets.",
  });
}
