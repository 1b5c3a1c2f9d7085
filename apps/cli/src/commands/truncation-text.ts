import type { LogFolder, Manifest, SetOutcome } from '@adcs-backup/core';
import { count } from '../output/format.ts';
import { logFolderText } from './manifest-text.ts';

/** What a run did to the CA's log folder. */

/** The CA took the request; it may have deleted nothing all the same. */
export function isTruncated({ truncation, warnings }: SetOutcome): boolean {
  return truncation !== undefined && !warnings.some(({ code }) => code === 'truncation-failed');
}

/** Rows of a table of facts. */
export function logFolderRows({ truncation, logFolder }: SetOutcome): [string, string][] {
  if (truncation === undefined) return [['log folder', logFolderText(logFolder)]];
  return [
    ['log folder', `before: ${logFolderText(truncation.before)}`],
    ['', `after:  ${logFolderText(truncation.after)}`],
  ];
}

/** What the operator has to know of it now. */
export function truncationText({ type, sound }: Pick<Manifest, 'type' | 'sound'>, outcome: SetOutcome): string[] {
  const { truncation } = outcome;
  if (truncation !== undefined && isTruncated(outcome)) {
    return [
      deletedText(truncation.before, truncation.after),
      "Only one tool may truncate the logs of a CA: two ruin each other's sets.",
    ];
  }
  if (type === 'logs-only' || !sound) return ['No logs were deleted on the CA.'];
  return [
    'For the CA this is a copy: no logs were deleted, and its log folder goes on growing.',
    'Logs-only sets, of this or another tool, need a full one that truncates (--truncate-logs).',
  ];
}

function deletedText(before: LogFolder, after: LogFolder): string {
  const kept = 'What a restore needs of them is in this chain: keep all its sets together.';
  if (!before.readable || !after.readable) {
    return `The CA was told to delete the logs that it needs no more; how many it deleted can't be seen. ${kept}`;
  }
  const deleted = before.logCount - after.logCount;
  if (deleted > 0) return `${count(deleted, 'log')} deleted on the CA. ${kept}`;
  return 'The CA was told to delete the logs that it needs no more, and had none to delete: nothing is wrong.';
}
