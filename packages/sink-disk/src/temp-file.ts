import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PutOptions } from '@adcs-backup/core/sink';
import { cleanUpAfter, diskError } from './errors.ts';
import { type FileSystem, tolerate } from './file-system.ts';

export interface TempFile {
  readonly path: string;
  readonly modifiedAt: Date;
}

export interface TempContent extends Pick<PutOptions, 'signal' | 'pace'> {
  /** For messages. */
  readonly what: string;
  readonly body: Uint8Array;
}

const pieceBytes = 64 * 1024;

/**
 * Writes and flushes a new file that is never listed: `~` can't occur in a key. Its name has a fixed
 * length, so that the longest key fits. After a failure there is no file.
 *
 * Open to its owner alone, since a set holds all that the CA knows; not marked read-only: on Windows and SMB that
 * would stop the prune command, copies would inherit it, and write-once doesn't rest on it.
 */
export async function writeTempFile(fileSystem: FileSystem, folder: string, content: TempContent): Promise<TempFile> {
  const path = join(folder, `.tmp-${randomBytes(12).toString('hex')}~`);
  const handle = await fileSystem.open(path, 'wx', 0o600);
  try {
    try {
      for await (const piece of paced(content)) {
        await handle.writeFile(piece, content.signal === undefined ? {} : { signal: content.signal });
      }
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

/** The body in the pieces in which it may be written. */
async function* paced({ body, pace }: TempContent): AsyncGenerator<Uint8Array, void, undefined> {
  if (pace === undefined) return yield body;
  for (let start = 0; start < body.byteLength; start += pieceBytes) {
    const piece = body.subarray(start, start + pieceBytes);
    await pace(piece.byteLength);
    yield piece;
  }
}

export async function removeTempFile(fileSystem: FileSystem, path: string): Promise<void> {
  await tolerate(fileSystem.unlink(path), ['ENOENT']);
}
