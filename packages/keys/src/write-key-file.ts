import { type FileHandle, open, rm } from 'node:fs/promises';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

export interface NewSecretOptions {
  /** Makes the file, empty and closed to others, where modes don't do that; fails with EEXIST if it is there. */
  readonly makeFile?: (path: string) => Promise<void>;
}

/**
 * Writes a new file that only its owner can read. On Windows, without `makeFile`, it inherits its folder's permissions.
 * @throws `key-unusable` when there is a file of that name, which is left as it is, or it can't be written
 */
export async function writeSecretFile(path: string, content: string, options: NewSecretOptions = {}): Promise<void> {
  const { makeFile } = options;
  await writeNewFile(path, content, async () => {
    if (makeFile === undefined) return await open(path, 'wx', 0o600);
    await makeFile(path);
    return await open(path, 'r+');
  });
}

/** As {@link writeSecretFile}, but for what everybody may read. */
export async function writePublicFile(path: string, content: string): Promise<void> {
  await writeNewFile(path, content, () => open(path, 'wx', 0o644));
}

async function writeNewFile(path: string, content: string, make: () => Promise<FileHandle>): Promise<void> {
  try {
    const file = await make();
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
