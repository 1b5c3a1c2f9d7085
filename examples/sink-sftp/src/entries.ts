import { isObjectKey } from '@adcs-backup/core/sink';
import type { FileEntryWithStats } from 'ssh2';
import { status, tolerate } from './errors.ts';
import { pathOf } from './paths.ts';
import type { Session } from './session.ts';
import { statIfThere, storedObject } from './stat.ts';
import type { Entry } from './walk.ts';

/**
 * What lies in a folder of objects; nothing where it vanished. What isn't a key is passed over: temp files,
 * whose names hold a character that no key has, and what others put there.
 */
export async function entriesOf(session: Session, root: string, folder: string): Promise<readonly Entry[] | undefined> {
  const names = await tolerate(session.readFolder(pathOf(root, folder)), [status.noSuchFile]);
  if (names === undefined) return undefined;
  const entries = await Promise.all(names.map((name) => entryOf(session, root, { folder, name })));
  return entries.filter((entry) => entry !== undefined);
}

interface Named {
  readonly folder: string;
  readonly name: FileEntryWithStats;
}

async function entryOf(session: Session, root: string, { folder, name }: Named): Promise<Entry | undefined> {
  const key = folder + name.filename;
  if (!isObjectKey(key)) return undefined;
  // What lies behind a link counts.
  const found = name.attrs.isSymbolicLink() ? await statIfThere(session, pathOf(root, key)) : name.attrs;
  if (found?.isDirectory()) return { key, object: undefined };
  return found?.isFile() ? { key, object: storedObject(key, found) } : undefined;
}
