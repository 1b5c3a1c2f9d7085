import { type FileHandle, open } from 'node:fs/promises';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { keyText } from './key-text.ts';
import { isPrivate } from './private-text.ts';

/** Nobody's list of keys is larger. */
const MAX_BYTES = 1024 ** 2;

/**
 * The text of a file with public keys.
 * @throws `key-unusable` that names the file, when it can't be read
 */
export async function readPublicFile(path: string): Promise<string> {
  return await readKeyFile(path, async () => undefined);
}

export interface SecretFileOptions {
  /** In place of a look at the file's mode: throws when others can read it. Windows has no modes. */
  readonly refuseReadable?: (path: string) => Promise<void>;
}

/**
 * The text of a file with a private key, which must be closed to its group and to others. On Windows, Node can't see
 * who may read a file: without `refuseReadable` nothing is refused there.
 * @throws `key-unusable` that names the file, when it can't be read or others can read it
 */
export async function readSecretFile(path: string, options: SecretFileOptions = {}): Promise<string> {
  const { refuseReadable } = options;
  const check = (file: FileHandle): Promise<void> =>
    refuseReadable === undefined ? refuseByMode(file, path) : refuseReadable(path);
  return await readKeyFile(path, check);
}

async function readKeyFile(path: string, check: (file: FileHandle) => Promise<void>): Promise<string> {
  if (isPrivate(path)) {
    throw new AdcsBackupError('key-unusable', 'a private key stands where the path of a file belongs', {
      hint: 'Put the key into a file that only you can read, and give its path. Others may have seen it: make a new key.',
    });
  }
  try {
    const file = await open(path);
    try {
      await check(file);
      if ((await file.stat()).size > MAX_BYTES) throw tooLarge(path);
      return keyText(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (AdcsBackupError.is(cause)) throw cause;
    throw new AdcsBackupError('key-unusable', `${path} can't be read: ${messageOf(cause)}`, {
      hint: 'Check the path, and that this account may read the file.',
      cause,
    });
  }
}

async function refuseByMode(file: FileHandle, path: string): Promise<void> {
  const { mode } = await file.stat();
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  throw new AdcsBackupError('key-unusable', `${path} is open to others than its owner (mode ${octal})`, {
    hint: `Close it: chmod 600 ${path}. If others may have read it, make a new key.`,
  });
}

function tooLarge(path: string): AdcsBackupError {
  return new AdcsBackupError('key-unusable', `${path} is too large to be a key file`, {
    hint: 'Check the path: a key file has a few lines.',
  });
}
