import { AdcsBackupError, type ErrorCode, type ErrorDetails, messageOf } from '@adcs-backup/core';
import { errnoOf } from './file-system.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable?: boolean;
}

const full: Meaning = {
  code: 'sink-full',
  hint: 'Make room on the disk or share, or raise the quota; the sets already stored are complete.',
};
const denied: Meaning = {
  code: 'sink-denied',
  hint: 'Give the account that runs the backup the right to create and read files in this folder, and check that the disk or share is not read-only.',
};
const unreachable: Meaning = {
  code: 'sink-unreachable',
  hint: 'Check the disk, the cable or the connection to the file server.',
  retryable: true,
};
const busy: Meaning = {
  code: 'sink-failed',
  hint: 'Another program holds the file, a virus scanner for instance: exclude the folder from scanning if this happens again.',
  retryable: true,
};
const tooManyOpen: Meaning = {
  code: 'sink-failed',
  hint: 'The system ran out of file handles: close other programs or raise the limit.',
  retryable: true,
};
const badPath: Meaning = {
  code: 'invalid-location',
  hint: 'Choose a folder with a shorter path: keys add up to 400 characters to it.',
};
const vanished: Meaning = {
  code: 'sink-unreachable',
  hint: 'A folder of the sink was removed or unplugged meanwhile: check the disk or share.',
  retryable: true,
};
const notFolder: Meaning = {
  code: 'sink-failed',
  hint: 'A file lies where a folder of objects must be: move it out of the sink.',
};

const meanings = new Map<string, Meaning>([
  ...['ENOSPC', 'EDQUOT'].map((errno): [string, Meaning] => [errno, full]),
  ...['EROFS', 'EACCES', 'EPERM'].map((errno): [string, Meaning] => [errno, denied]),
  ...['EBUSY', 'ETXTBSY', 'EAGAIN', 'EINTR'].map((errno): [string, Meaning] => [errno, busy]),
  ...['EMFILE', 'ENFILE', 'ENOMEM'].map((errno): [string, Meaning] => [errno, tooManyOpen]),
  ...['ENAMETOOLONG', 'ELOOP'].map((errno): [string, Meaning] => [errno, badPath]),
  ['ENOENT', vanished],
  ['ENOTDIR', notFolder],
  // UNKNOWN: what libuv makes of most Windows network errors.
  ...[
    ...['EIO', 'ETIMEDOUT', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ESTALE', 'ENODEV', 'ENXIO'],
    ...['ENOTCONN', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'EREMOTEIO', 'UNKNOWN'],
  ].map((errno): [string, Meaning] => [errno, unreachable]),
]);

/** What an error of the file system means to the caller; errors that already say so are kept. */
export function diskError(action: string, error: unknown): AdcsBackupError {
  if (AdcsBackupError.is(error)) return error;
  const meaning = meanings.get(errnoOf(error) ?? '');
  const details: ErrorDetails =
    meaning === undefined ? {} : { hint: meaning.hint, retryable: meaning.retryable ?? false };
  return new AdcsBackupError(meaning?.code ?? 'sink-failed', `${action}: ${messageOf(error)}`, {
    ...details,
    cause: error,
  });
}

/** The first error wins; what fails while cleaning up after it joins its cause. */
export async function cleanUpAfter(error: AdcsBackupError, cleaning: Promise<unknown>): Promise<AdcsBackupError> {
  try {
    await cleaning;
    return error;
  } catch (later) {
    return new AdcsBackupError(error.code, error.message, {
      retryable: error.retryable,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: new AggregateError([error.cause, later], `${messageOf(error.cause)}; cleaning up: ${messageOf(later)}`),
    });
  }
}
