import { AdcsBackupError } from '@adcs-backup/core';

/** A native call that doesn't return: it can't be cancelled, only ended together with the process. */
export function stalled(functionName: string, elapsedMs: number): AdcsBackupError {
  const seconds = Math.round(elapsedMs / 1000);
  return new AdcsBackupError('stalled', `${functionName} has not returned for ${seconds} s: the process is ended`, {
    hint:
      'This run has not ended its session: the CA may take itself for busy for a while. Look at its event log ' +
      '(ESENT, CertificationAuthority), and run again later.',
  });
}
