import type { ObjectKey, StoredObject } from '@adcs-backup/core/sink';
import type { Stats } from 'ssh2';
import { status, tolerate } from './errors.ts';
import { pathOf } from './paths.ts';
import type { Session } from './session.ts';

/** Undefined when there is no such file, or it is something else. */
export async function statObject(session: Session, root: string, key: ObjectKey): Promise<StoredObject | undefined> {
  const found = await statIfThere(session, pathOf(root, key));
  return found?.isFile() ? storedObject(key, found) : undefined;
}

export async function statIfThere(session: Session, path: string): Promise<Stats | undefined> {
  return await tolerate(session.stat(path), [status.noSuchFile]);
}

/** SFTP tells times in whole seconds. */
export function storedObject(key: ObjectKey, { size, mtime }: Stats): StoredObject {
  return { key, sizeBytes: size, modifiedAt: new Date(mtime * 1000) };
}
