import { dirname, join, resolve } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';
import type { ObjectKey } from '@adcs-backup/core/sink';
import { diskError } from './errors.ts';
import { type FileSystem, isMissing } from './file-system.ts';
import { folderGoneError, folderMissingError } from './refusals.ts';

/** The folder that holds a sink, and the volume that it was on when it was opened. */
export interface Root {
  /** Absolute, as people write it. */
  readonly path: string;
  readonly volume: number;
  readonly fileSystem: FileSystem;
}

/**
 * Finds the folder, and never makes it: a folder made in place of a share that isn't mounted would
 * fill the system disk.
 * @throws `invalid-location`, `sink-unreachable`, `sink-denied`
 */
export async function openRoot(folder: string, fileSystem: FileSystem): Promise<Root> {
  const path = resolve(folder);
  try {
    const found = await fileSystem.stat(path);
    if (found.isDirectory()) return { path, volume: found.dev, fileSystem };
  } catch (error) {
    throw isMissing(error) ? folderMissingError(path, error) : diskError(`can't open ${path}`, error);
  }
  throw new AdcsBackupError('invalid-location', `${path} is not a folder`, { hint: 'Name a folder for the sets.' });
}

/**
 * Makes sure that the folder is still there, on the same volume: an unplugged disk leaves nothing, an
 * unmounted share leaves an empty folder on the system disk.
 * @throws `sink-unreachable`
 */
export async function checkRoot(root: Root): Promise<void> {
  let volume: number;
  try {
    volume = (await root.fileSystem.stat(root.path)).dev;
  } catch (error) {
    throw isMissing(error) ? folderGoneError(root.path, 'is gone', error) : error;
  }
  if (volume !== root.volume) throw folderGoneError(root.path, 'is on another volume than before');
}

/**
 * Where an object lies. Node itself gives Windows the `\\?\` form of each path, which paths above 260 characters need.
 * Given that form it would make the root of a drive, `\\?\D:\`, into the device under it.
 */
export function pathOf(root: Root, key: ObjectKey): string {
  return join(root.path, key);
}

/** The folders of an object, from its own up to the one below the root. */
export function foldersOf(root: Root, key: ObjectKey): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(pathOf(root, key)); folder.length > root.path.length; folder = dirname(folder)) {
    folders.push(folder);
  }
  return folders;
}
