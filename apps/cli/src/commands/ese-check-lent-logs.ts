import type { CheckedDatabase, CheckedLog } from '@adcs-backup/ese';
import type { CheckedFile, UnreadableFile } from './ese-check-file.ts';
import type { FileGroup } from './ese-check-targets.ts';

/** Databases and logs that a CA keeps in two folders. */

/** A folder's files once they have been checked. */
export interface CheckedGroup extends FileGroup {
  readonly checked: readonly CheckedFile[];
  readonly unreadable: readonly UnreadableFile[];
}

export interface GroupWithLogs {
  readonly group: CheckedGroup;
  /** From other folders. */
  readonly logs: readonly CheckedLog[];
}

/** Gives databases without logs beside them those of their log stream from folders that hold logs alone. */
export function withLentLogs(groups: readonly CheckedGroup[]): readonly GroupWithLogs[] {
  const lenders = groups.filter((group) => databasesOf(group).length === 0).map(logsOf);
  return groups.map((group) => {
    const signatures = new Set(databasesOf(group).map(({ result }) => result.facts?.logSignature));
    if (logsOf(group).length > 0) return { group, logs: [] };
    const fits = ({ result }: CheckedLog): boolean => signatures.has(result.facts?.logSignature ?? '');
    return { group, logs: lenders.filter((logs) => logs.some(fits)).flat() };
  });
}

function databasesOf({ checked }: CheckedGroup): CheckedDatabase[] {
  return checked.map((file) => file.checked).filter((file): file is CheckedDatabase => file.kind === 'database');
}

function logsOf({ checked }: CheckedGroup): CheckedLog[] {
  return checked.map((file) => file.checked).filter((file): file is CheckedLog => file.kind === 'log');
}
