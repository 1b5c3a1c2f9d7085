/** Step 13: the content of a dynamic file, by our own file I/O. */
import { createReadStream } from 'node:fs';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

const chunkBytes = 256 * 1024;

/** @throws `source-unreadable` */
export async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      yield chunk;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('source-unreadable', `${path} can't be read: ${messageOf(cause)}`, {
    cause,
    hint: 'Check that the file is there and that this account may read it.',
  });
}
