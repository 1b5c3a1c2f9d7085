import { AdcsBackupError } from '@adcs-backup/core';

/** Errors that the sink itself decides on, not the server. */

export function invalidLocation(message: string, hint: string): AdcsBackupError {
  return new AdcsBackupError('invalid-location', message, { hint });
}

export function invalidConfiguration(message: string, hint: string): AdcsBackupError {
  return new AdcsBackupError('invalid-configuration', message, { hint });
}

export function notFoundError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('object-not-found', `${what} isn't there`, { cause });
}

export function existsError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('object-exists', `${what} is already stored`, { cause });
}

export function tooLargeError(what: string, sizeBytes: number, maxBytes: number): AdcsBackupError {
  return new AdcsBackupError('object-too-large', `${what}: ${sizeBytes} bytes, at most ${maxBytes} are allowed`);
}

export function damagedError(what: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `${what}: the bytes don't fit the MD5 that was stored with them`, {
    hint: 'The object is damaged or was replaced: restore another set, or read the object from another sink.',
  });
}

/** The reply ended before the length that it announced. */
export function cutOffError(what: string, reply: { found: number; wanted: number; cause: unknown }): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', `${what}: ${reply.found} of ${reply.wanted} bytes came`, {
    retryable: true,
    cause: reply.cause,
  });
}

/** Whoever lists relies on the order. */
export function outOfOrderError(name: string, after: string): AdcsBackupError {
  return new AdcsBackupError('sink-failed', `the server listed ${name} after ${after}`, {
    hint: 'Accounts with a hierarchical namespace list in another order: use an account without one.',
  });
}

const lockHint =
  'Allow version-level immutability on the container (when it is created, or by migrating it), give the credentials ' +
  'the right to set immutability policies and to read, or back up without a lock.';

/** The server took the object, and not the policy. */
export function notRetainedError(what: string, found: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `${what} was stored, but not locked as asked: ${found}`, {
    hint: `${lockHint} The object stays where it is.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

export function lockRefusedError(error: AdcsBackupError): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `${error.message}; it was to be locked`, {
    hint: lockHint,
    cause: error.cause,
  });
}
