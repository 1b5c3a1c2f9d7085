import { AdcsBackupError } from '../errors.ts';
import type { BackupIo } from './io.ts';

/** Why something that was listed can't be read: the sink that had it may be one that the run has lost since. */
export function lossOr(error: unknown, { sinks }: Pick<BackupIo, 'sinks'>): unknown {
  return isAbsence(error) ? (sinks.lossError ?? error) : error;
}

/** Of the object, or of its signature. */
function isAbsence(error: unknown): boolean {
  if (AdcsBackupError.is(error, 'signature-invalid')) return isAbsence(error.cause);
  return AdcsBackupError.is(error, 'object-not-found');
}
