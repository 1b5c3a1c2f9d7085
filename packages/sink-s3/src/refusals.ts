import { AdcsBackupError } from '@adcs-backup/core';
import { cleanCause } from './cause.ts';

/** Errors that the sink itself decides on, not the server. */

export function existsError(what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('object-exists', `${what} is already stored`, withCause(cause));
}

export function notFoundError(what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('object-not-found', `${what} isn't there`, withCause(cause));
}

export function tooLargeError(what: string, sizeBytes: number, maxBytes: number): AdcsBackupError {
  return new AdcsBackupError('object-too-large', `${what}: ${sizeBytes} bytes, at most ${maxBytes} are allowed`);
}

/** The answer is not what S3 says: a proxy in between, an error in the body of a success. */
export function oddAnswerError(what: string, fault: string): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', `can't ${what}: ${fault}`, {
    hint: 'Something between here and the server may answer in its place: check the endpoint and proxies.',
    retryable: true,
  });
}

/** Damaged on the way, as far as is known; the second time in a row it is final. */
export function damagedError(what: string, isAgain: boolean): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `${what}: the bytes that came don't fit the server's checksum`, {
    hint: isAgain
      ? 'It was read twice: the object is damaged on the server, or a proxy changes what passes.'
      : 'If it stays so when it is read again, the object is damaged on the server.',
    retryable: !isAgain,
  });
}

export function noLockError(what: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `can't lock ${what}: the bucket has no object lock`, {
    hint: 'Create a bucket with object lock, which on most servers can only be done from the start, or store without a lock.',
    cause: cleanCause(cause),
  });
}

/** The server took the object, and not the lock. */
export function notRetainedError(what: string, found: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `${what} was stored, but not locked as asked: ${found}`, {
    hint: 'Allow s3:PutObjectRetention and s3:GetObjectRetention, take a bucket with object lock, or store without a lock. The object stays where it is.',
    ...withCause(cause),
  });
}

/** Here two backups could replace each other's objects. */
export function replacesError(location: string): AdcsBackupError {
  return new AdcsBackupError('sink-failed', `${location} replaces objects: its server ignores If-None-Match`, {
    hint: 'Write-once is needed for safe backups: update the server to one with conditional writes, or take another.',
  });
}

function withCause(cause: unknown): { cause?: Error } {
  return cause === undefined ? {} : { cause: cleanCause(cause) };
}
