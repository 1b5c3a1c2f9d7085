import { AdcsBackupError } from '../errors.ts';

/** Whether an error is about an object, which is gone or isn't what was stored, and not about the sink. */
export function isStoredFault(error: unknown): error is AdcsBackupError {
  return (
    AdcsBackupError.is(error, 'integrity-failed') ||
    AdcsBackupError.is(error, 'signature-invalid') ||
    AdcsBackupError.is(error, 'object-not-found') ||
    AdcsBackupError.is(error, 'object-too-large')
  );
}
