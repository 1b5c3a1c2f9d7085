import { AdcsBackupError } from '@adcs-backup/core';
import { type FilesVerdict, judgeFiles } from '@adcs-backup/ese';
import { count } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Run } from '../run.ts';
import { type CheckedFile, checkFile, type UnreadableFile } from './ese-check-file.ts';
import { type CheckedGroup, withLentLogs } from './ese-check-lent-logs.ts';
import { fileLines, folderLines, unreadableLine } from './ese-check-lines.ts';
import { type FileGroup, type FileToCheck, findFiles } from './ese-check-targets.ts';
import { fileText } from './ese-check-text.ts';
import { databaseText, logsText } from './ese-check-verdict.ts';

const keepAll = 'Delete and truncate nothing, and keep all earlier backups.';

/**
 * Checks files, then says of each folder what it is good for.
 * @throws `integrity-failed`, `source-unreadable` or `log-missing`, after everything has been checked
 */
export async function checkEse(run: Run, paths: readonly string[]): Promise<'done'> {
  const groups: CheckedGroup[] = [];
  for (const group of await findFiles(paths)) groups.push(await checkGroup(run, group));
  const verdicts = withLentLogs(groups).map(({ group, logs }) => ({
    group,
    verdict: judgeFiles([...group.checked.map(({ checked }) => checked), ...logs]),
  }));
  for (const { group, verdict } of verdicts) tellVerdict(run, group, verdict);
  const files = groups.flatMap(({ checked }) => checked);
  throwFileFaults(files);
  // Before any log is called missing: it may be the one that can't be read.
  for (const { error } of groups.flatMap(({ unreadable }) => unreadable)) throw error;
  const lacking = verdicts.filter(({ group, verdict }) => !group.isLoose && lacksLogs(verdict));
  if (lacking.length > 0) {
    throw new AdcsBackupError('log-missing', `logs are missing or don't fit in ${foldersOf(lacking)}`, {
      hint: `${keepAll} Look for the logs in the log folder of the CA and in earlier backups; else restore an earlier backup.`,
    });
  }
  throwIfNothingChecked(groups, files);
  return 'done';
}

async function checkGroup(run: Run, group: FileGroup): Promise<CheckedGroup> {
  const checked: CheckedFile[] = [];
  const unreadable: UnreadableFile[] = [];
  for (const file of group.files) {
    const result = await checkOne(run, file);
    if ('error' in result) unreadable.push(result);
    else checked.push(result);
  }
  return { ...group, checked, unreadable };
}

async function checkOne({ output, signal }: Run, file: FileToCheck): Promise<CheckedFile | UnreadableFile> {
  const onProgress = (doneBytes: number, totalBytes: number): void => {
    output.progress({ what: file.name, doneBytes, totalBytes });
  };
  const result = await checkFile(file, { signal, onProgress });
  if ('error' in result) {
    output.line(unreadableLine(result));
    output.text([`${printable(file.path)}: ${output.style('bad', 'NOT READ')}; ${printable(result.error.message)}`]);
    return result;
  }
  for (const line of fileLines(result)) output.line(line);
  output.text(fileText(result, output.style));
  return result;
}

function tellVerdict({ output }: Run, group: FileGroup, verdict: FilesVerdict): void {
  const { databases, logs } = verdict;
  if (databases.length === 0 && logs === undefined) return;
  for (const line of folderLines(group, verdict)) output.line(line);
  const lines = [
    ...databases.flatMap((database) => databaseText(database, group.isLoose)),
    ...(logs === undefined ? [] : logsText(logs)),
  ];
  const title = group.isLoose ? `Of what was named in ${group.folder}:` : `${group.folder}:`;
  output.text(['', printable(title), ...lines.map((line) => `  ${printable(line)}`)]);
}

function lacksLogs({ databases, logs }: FilesVerdict): boolean {
  const isAtFault = databases.some(({ state }) => state === 'impossible' || state === 'partial');
  return isAtFault || (logs?.faults.length ?? 0) > 0;
}

function foldersOf(verdicts: readonly { readonly group: FileGroup }[]): string {
  return verdicts.map(({ group }) => group.folder).join(', ');
}

function throwFileFaults(files: readonly CheckedFile[]): void {
  const damaged = files.filter(({ checked }) => checked.kind !== 'not-checked' && !checked.result.intact);
  if (damaged.length === 0) return;
  const what = damaged.length === 1 ? `${damaged[0]?.path} is damaged` : `${count(damaged.length, 'file')} are damaged`;
  throw new AdcsBackupError('integrity-failed', what, {
    hint: `${keepAll} Copy the files aside, find out what the storage did to them, and restore from a backup that is good.`,
  });
}

function throwIfNothingChecked(groups: readonly FileGroup[], files: readonly CheckedFile[]): void {
  if (groups.every(({ isLoose }) => isLoose) || files.some(({ checked }) => checked.kind !== 'not-checked')) return;
  throw new AdcsBackupError(
    'invalid-location',
    `there is nothing to check in ${foldersOf(groups.map((group) => ({ group })))}`,
    {
      hint: 'Name the folder with the .edb and .log files.',
    },
  );
}
