import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { cleanUpAfter, diskError } from './errors.ts';
import { type FileSystem, tolerate } from './file-system.ts';

export interface TempFile {
  readonly path: string;
  readonly modifiedAt: Date;
}

export interface TempContent {
  /** For messages. */
  readonly what: string;
  readonly body: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes and flushes a new file that is never listed: `~` can't occur in a key. Its name has a fixed
 * length, so that the longest key fits. After a failure there is no file.
 *
 * Readable by owner and group, whom the operator chooses; not marked read-only: on Windows and SMB that
 * would stop the prune command, copies would inherit it, and write-once doesn't rest on it.
 */
export async function writeTempFile(fileSystem: FileSystem, folder: string, content: TempContent): Promise<TempFile> {
  const path = join(folder, `.tmp-${randomBytes(12).toString('hex')}~`);
  const handle = await fileSystem.open(path, 'wx', 0o640);
  try {
    try {
      await handle.writeFile(content.body, content.signal === undefined ? {} : { signal: content.signal });
      content.signal?.throwIfAborted();
      await handle.sync();
      const { mtime } = await handle.stat();
      return { path, modifiedAt: mtime };
    } finally {
      // Windows can't remove or rename an open file; NFS reports a full disk only here.
      await handle.close();
    }
  } catch (error) {
    throw await cleanUpAfter(diskError(`can't store ${content.what}`, error), removeTempFile(fileSystem, path));
  }
}

export async function removeTempFile(fileSystem: FileSystem, path: string): Promise<void> {
  await tolerate(fileSystem.unlink(path), ['ENOENT']);
}
