import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

/** Which files to check, and which of them lie together. */

export interface FileToCheck {
  readonly path: string;
  readonly name: string;
}

/** Files of one folder. */
export interface FileGroup {
  readonly folder: string;
  /** The files were named one by one: others may lie beside them. */
  readonly isLoose: boolean;
  /** By name. */
  readonly files: readonly FileToCheck[];
}

/** How certutil names the folder for database and logs. */
const DATABASE_FOLDER = /^database$/i;

/** Finds everything before anything is read. @throws `invalid-location` when a path isn't there */
export async function findFiles(paths: readonly string[]): Promise<readonly FileGroup[]> {
  const folders: FileGroup[] = [];
  const loose = new Map<string, FileToCheck[]>();
  for (const path of paths) {
    if ((await statOf(path)).isDirectory()) folders.push(...(await filesIn(path)));
    else loose.set(dirname(path), [...(loose.get(dirname(path)) ?? []), { path, name: basename(path) }]);
  }
  return [...folders, ...Array.from(loose, ([folder, files]) => ({ folder, isLoose: true, files }))];
}

async function filesIn(folder: string): Promise<FileGroup[]> {
  const entries = await entriesOf(folder);
  const inside = entries.filter((entry) => entry.isDirectory() && DATABASE_FOLDER.test(entry.name));
  const groups = [groupOf(folder, entries)];
  for (const { name } of inside) groups.push(groupOf(join(folder, name), await entriesOf(join(folder, name))));
  return groups.filter(({ files }, index) => files.length > 0 || (index === 0 && groups.length === 1));
}

function groupOf(folder: string, entries: readonly Dirent[]): FileGroup {
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const files = names.toSorted().map((name) => ({ path: join(folder, name), name }));
  return { folder, isLoose: false, files };
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    throw new AdcsBackupError('invalid-location', `${path} isn't there: ${messageOf(cause)}`, {
      hint: 'Name files and folders; wildcards such as *.edb are not expanded.',
      cause,
    });
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new AdcsBackupError('source-unreadable', `the folder ${folder} can't be listed: ${messageOf(cause)}`, {
      hint: 'Run as a user who may read the folder.',
      cause,
    });
  }
}
