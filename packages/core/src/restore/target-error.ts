import { AdcsBackupError, messageOf } from '../errors.ts';

/** What a failed file operation means for a restore; errors that say enough already pass through. */
export function targetError(error: unknown, path: string): unknown {
  if (AdcsBackupError.is(error) || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new AdcsBackupError('target-full', `${path} is full`, {
      cause: error,
      hint: 'Make room, or choose a folder on a larger disk with --to.',
    });
  }
  return new AdcsBackupError('target-failed', `cannot write to ${path}: ${messageOf(error)}`, {
    cause: error,
    hint: 'Check that the folder can be written by this account, or choose another with --to.',
  });
}
