import type { LogFolder } from '../certsrv.ts';
import type { Warning } from '../store/manifest.ts';
import type { History } from './history.ts';
import type { Truncation } from './options.ts';

/** More than this, and nobody truncates them. */
const MANY_LOGS = 256;
/** A CA keeps about 60 logs by itself; up to here a growing count is no news. */
const USUAL_LOGS = 64;
/** Below this share of the volume. */
const LITTLE_FREE = 0.1;
/** Over so many truncating runs, this one included, a growing count is no chance any more. */
const GROWING_RUNS = 3;

interface Ended {
  readonly history: History;
  readonly truncation: Truncation | undefined;
}

/** What the operator should know of the CA's log folder as a run leaves it. */
export function logFolderWarnings(folder: LogFolder, { history, truncation }: Ended): readonly Warning[] {
  if (!folder.readable) return [];
  const { logCount, freeBytes, volumeBytes, path } = folder;
  const warnings: Warning[] = [];
  if (logCount > MANY_LOGS) {
    warnings.push({
      code: 'many-logs',
      message: `${path} holds ${logCount} logs`,
      hint: 'Nothing truncates them: back up with --truncate-logs, or see that another tool does. A restore has to replay them all.',
    });
  }
  if (freeBytes < volumeBytes * LITTLE_FREE) {
    warnings.push({
      code: 'log-disk-nearly-full',
      message: `${path} lies on a volume of which ${Math.floor((freeBytes / volumeBytes) * 100)} % are free`,
      hint: 'The CA stops when its logs have no room. Make room, or truncate the logs with a backup; never delete logs by hand.',
    });
  }
  if (truncation !== undefined && logCount > USUAL_LOGS && keepsGrowing(logCount, history)) {
    warnings.push({
      code: 'logs-keep-growing',
      message: `${path} holds more logs after each of the last ${GROWING_RUNS} truncating runs`,
      hint: 'Truncation succeeds, but deletes less than is written: on Windows Server 2008 R2 to 2016 restart certsvc before a backup (ESENT event 225).',
    });
  }
  return warnings;
}

function keepsGrowing(now: number, { outcomes }: History): boolean {
  const before = outcomes.flatMap((outcome) =>
    outcome?.truncation?.after.readable ? outcome.truncation.after.logCount : [],
  );
  const counts = [now, ...before.slice(0, GROWING_RUNS - 1)];
  const isGrowing = counts.every((count, index) => count < (counts[index - 1] ?? Number.POSITIVE_INFINITY));
  return counts.length === GROWING_RUNS && isGrowing;
}
