import { AdcsBackupError } from '@adcs-backup/core';

/** Errors that the disk sink itself decides on, not the file system. */

export function existsError(what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('object-exists', `${what} is already stored`, cause === undefined ? {} : { cause });
}

const oneKeyInAnother = 'No key may be the beginning of another one up to a slash.';

/** A key can't be an object where it is a folder of other objects. */
export function isFolderError(what: string): AdcsBackupError {
  return new AdcsBackupError('invalid-key', `${what} can't be stored: a folder has that name`, {
    hint: oneKeyInAnother,
  });
}

export function notFolderError(what: string, folder: string): AdcsBackupError {
  return new AdcsBackupError('invalid-key', `${what} can't be stored: ${folder} is a file`, { hint: oneKeyInAnother });
}

export function notFoundError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('object-not-found', `${what} isn't there`, { cause });
}

export function tooLargeError(what: string, sizeBytes: number, maxBytes: number): AdcsBackupError {
  return new AdcsBackupError('object-too-large', `${what}: ${sizeBytes} bytes, at most ${maxBytes} are allowed`);
}

export function takenOverError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-failed', `another writer took over while ${what} was being stored`, {
    hint: 'The disk or share was too slow to answer; the backup tries again.',
    cause,
    retryable: true,
  });
}

export function folderMissingError(path: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('invalid-location', `folder ${path} isn't there`, {
    hint: 'Create the folder, or mount the disk or share that holds it: the backup never creates it.',
    cause,
  });
}

/** The folder was there when the sink was opened. */
export function folderGoneError(path: string, what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', `folder ${path} ${what}`, {
    hint: 'Plug in the disk or mount the share again.',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
