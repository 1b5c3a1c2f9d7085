import { open, rm } from 'node:fs/promises';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

/**
 * Writes a new file that only its owner can read. On Windows it inherits the permissions of its folder.
 * @throws `key-unusable` when there is a file of that name, which is left as it is, or it can't be written
 */
export async function writeSecretFile(path: string, content: string): Promise<void> {
  await writeNewFile(path, content, 0o600);
}

/** As {@link writeSecretFile}, but for what everybody may read. */
export async function writePublicFile(path: string, content: string): Promise<void> {
  await writeNewFile(path, content, 0o644);
}

async function writeNewFile(path: string, content: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
      /* v8 ignore start -- @preserve only a disk that is full or broken comes here */
    } catch (cause) {
      await rm(path);
      throw cause;
      /* v8 ignore stop -- @preserve */
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): AdcsBackupError {
  const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  const message = exists ? `${path} exists already` : `${path} can't be written: ${messageOf(cause)}`;
  const hint = exists
    ? 'Name another file: a key is never replaced, since what it opens or signed may still be needed.'
    : 'Check that the folder exists, and that this account may write there.';
  return new AdcsBackupError('key-unusable', message, { hint, cause });
}
