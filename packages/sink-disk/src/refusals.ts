import { AdcsBackupError } from '@adcs-backup/core';

/** Errors that the disk sink itself decides on, not the file system. */

export function existsError(path: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('object-exists', `${path} is already stored`, cause === undefined ? {} : { cause });
}

/** A key can't be an object where it is a folder of other objects. */
export function isFolderError(path: string): AdcsBackupError {
  return new AdcsBackupError('invalid-key', `${path} is a folder, it can't be an object too`, {
    hint: 'No key may be the beginning of another one up to a slash.',
  });
}

export function notFoundError(path: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('object-not-found', `${path} isn't there`, { cause });
}

export function tooLargeError(path: string, sizeBytes: number, maxBytes: number): AdcsBackupError {
  return new AdcsBackupError('object-too-large', `${path}: ${sizeBytes} bytes, at most ${maxBytes} are allowed`);
}

export function takenOverError(target: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-failed', `another writer took over while ${target} was being stored`, {
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
