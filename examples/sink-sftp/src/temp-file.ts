import { randomBytes } from 'node:crypto';
import type { PutOptions } from '@adcs-backup/core/sink';
import { pathOf } from './paths.ts';
import { eachPiece } from './pieces.ts';
import { changedError } from './refusals.ts';
import type { Handle, Session } from './session.ts';

export interface TempFile {
  readonly path: string;
  readonly modifiedAt: Date;
}

export interface TempContent extends PutOptions {
  /** For messages. */
  readonly what: string;
  readonly body: Uint8Array;
}

/**
 * Writes and flushes a new file that is never listed: `~` can't occur in a key. Its name has a fixed length,
 * so that the longest key fits. After a failure there is no file, unless the connection broke.
 */
export async function writeTempFile(session: Session, folder: string, content: TempContent): Promise<TempFile> {
  const path = pathOf(folder, `.tmp-${randomBytes(12).toString('hex')}~`);
  const handle = await session.create(path);
  try {
    try {
      return { path, modifiedAt: await written(session, handle, content) };
    } finally {
      await session.close(handle);
    }
  } catch (error) {
    await removeTempFile(session, path);
    throw error;
  }
}

/** A file that can't be removed stays: it is untidy, but never listed, and no reason for a put to fail. */
export async function removeTempFile(session: Session, path: string): Promise<void> {
  await Promise.allSettled([session.remove(path)]);
}

/** The time of the last byte, by the server's clock. */
async function written(session: Session, handle: Handle, content: TempContent): Promise<Date> {
  const { what, body, signal, pace } = content;
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  await eachPiece(body.byteLength, {
    before: async ({ length }) => {
      await pace?.(length);
      signal?.throwIfAborted();
    },
    work: ({ offset, length }) => session.write(handle, { buffer, offset, length, position: offset }),
  });
  signal?.throwIfAborted();
  await session.flush(handle);
  const { size, mtime } = await session.statOpen(handle);
  if (size !== body.byteLength) throw changedError(what, body.byteLength, size);
  return new Date(mtime * 1000);
}
