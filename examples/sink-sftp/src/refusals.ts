import { AdcsBackupError } from '@adcs-backup/core/sink';

/** Errors that the sink itself decides on, not the server. */

const oneKeyInAnother = 'No key may be the beginning of another one up to a slash.';

export function existsError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('object-exists', `${what} is already stored`, { cause });
}

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

/** Retryable: a put that is made again starts with a new file. */
export function changedError(what: string, wantedBytes: number, foundBytes: number): AdcsBackupError {
  return new AdcsBackupError('sink-failed', `${what}: ${foundBytes} bytes came of ${wantedBytes}`, {
    hint: 'The server gives or keeps another size than it says: look at its log and its disk.',
    retryable: true,
  });
}

export function closedError(action: string): AdcsBackupError {
  return new AdcsBackupError('internal', `${action}: the sink is closed`);
}

export function folderMissingError(location: string): AdcsBackupError {
  return new AdcsBackupError('invalid-location', `${location} is not a folder of the server`, {
    hint: 'Create the folder, or mount what holds it: the backup never creates it.',
  });
}

/** The folder was there when the sink was opened. */
export function folderGoneError(location: string): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', `${location} is gone`, {
    hint: 'Mount the folder on the server again.',
    retryable: true,
  });
}

export function extensionMissingError(server: string, name: string): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `${server} does not offer ${name}`, {
    hint: 'Without it no object can be stored safely. Let the user write, or use OpenSSH or another server that offers fsync@openssh.com and hardlink@openssh.com.',
  });
}
