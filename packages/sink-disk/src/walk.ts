import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import { isObjectKey, type ObjectKey, type StoredObject } from '@adcs-backup/core/sink';
import { type FileSystem, isMissing } from './file-system.ts';
import { pathOf, type Root } from './root.ts';

export interface Walk {
  readonly root: Root;
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
}

interface Entry {
  readonly key: ObjectKey;
  readonly isFolder: boolean;
  /** A folder sorts as what its keys begin with: `a-b`, `a.b`, `a/b`. */
  readonly sortsAs: string;
}

/** Sizes and times asked for at once; a share answers each after a round trip. */
const batchSize = 32;

/**
 * Every object of a folder whose key begins with the prefix, by code unit of the whole key. Holds the names
 * of one folder per level. What isn't a key is not looked into: temp files, claims, `System Volume Information`.
 */
export async function* walk(options: Walk, folder = ''): AsyncGenerator<StoredObject, void, undefined> {
  const entries = await entriesOf(options, folder);
  for (let start = 0; start < entries.length; start += batchSize) {
    options.signal?.throwIfAborted();
    const batch = entries.slice(start, start + batchSize);
    const found = await Promise.all(
      batch.map((entry) => (entry.isFolder ? undefined : statObject(options.root, entry.key))),
    );
    for (const [index, entry] of batch.entries()) {
      options.signal?.throwIfAborted();
      const object = found[index];
      if (entry.isFolder) yield* walk(options, entry.sortsAs);
      else if (object !== undefined) yield object;
    }
  }
}

/** Undefined when there is no such file, or it is something else. */
export async function statObject(root: Root, key: ObjectKey): Promise<StoredObject | undefined> {
  const found = await statIfThere(root.fileSystem, pathOf(root, key));
  return found?.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : undefined;
}

async function entriesOf({ root, prefix }: Walk, folder: string): Promise<readonly Entry[]> {
  const path = join(root.path, folder);
  const entries: Entry[] = [];
  for (const dirent of await readFolder(root.fileSystem, path)) {
    const key = folder + dirent.name;
    if (!isObjectKey(key)) continue;
    const isFolder = await isFolderEntry(root.fileSystem, path, dirent);
    const sortsAs = isFolder ? `${key}/` : key;
    if (sortsAs.startsWith(prefix) || (isFolder && prefix.startsWith(sortsAs)))
      entries.push({ key, isFolder, sortsAs });
  }
  return entries.sort((one, other) => (one.sortsAs < other.sortsAs ? -1 : 1));
}

async function readFolder(fileSystem: FileSystem, path: string): Promise<readonly Dirent[]> {
  try {
    return await fileSystem.readdir(path, { withFileTypes: true });
  } catch (error) {
    // Vanished since its parent was read.
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Windows shows deduplicated files and mounted folders as links: what lies behind them counts. */
async function isFolderEntry(fileSystem: FileSystem, path: string, dirent: Dirent): Promise<boolean> {
  if (dirent.isFile() || dirent.isDirectory()) return dirent.isDirectory();
  return (await statIfThere(fileSystem, join(path, dirent.name)))?.isDirectory() ?? false;
}

async function statIfThere(fileSystem: FileSystem, path: string): Promise<Stats | undefined> {
  try {
    return await fileSystem.stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
