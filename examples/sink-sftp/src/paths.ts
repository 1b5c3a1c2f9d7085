import { posix } from 'node:path';
import type { ObjectKey } from '@adcs-backup/core/sink';

/** Where an object, or a folder of objects, lies below the sink's folder. */
export function pathOf(root: string, key: string): string {
  return posix.join(root, key);
}

/** The folders of an object, from the one below the sink's folder down to its own. */
export function foldersOf(root: string, key: ObjectKey): readonly string[] {
  const parts = key.split('/').slice(0, -1);
  return parts.map((_part, index) => pathOf(root, parts.slice(0, index + 1).join('/')));
}

export function parentOf(path: string): string {
  return posix.dirname(path);
}
