import type { BackupSession, CertSrv } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { BackupIo } from './io.ts';

const DEFAULT_WAIT_MS = 2 * 60_000;
const POLL_MS = 5_000;

/**
 * Opens the session (step 4). While another backup runs it tries again, for `waitMs`; a session that a
 * killed process left behind looks the same.
 */
export async function prepareSession(certSrv: CertSrv, io: BackupIo): Promise<BackupSession> {
  const { server, signal, waitMs = DEFAULT_WAIT_MS } = io.options;
  const begun = io.clock.now().getTime();
  for (;;) {
    try {
      return await certSrv.prepareBackup(server, io.type);
    } catch (error) {
      const elapsedMs = io.clock.now().getTime() - begun;
      if (!AdcsBackupError.is(error, 'backup-in-progress')) throw error;
      if (elapsedMs >= waitMs) throw stillRunning(server, elapsedMs, error);
      io.log.observe({ type: 'session-waiting', elapsedMs, waitMs });
      await io.clock.sleep(Math.min(POLL_MS, waitMs - elapsedMs), signal);
    }
  }
}

function stillRunning(server: string, elapsedMs: number, cause: unknown): AdcsBackupError {
  const seconds = Math.round(elapsedMs / 1000);
  return new AdcsBackupError('backup-in-progress', `another backup of ${server} is running; waited ${seconds} s`, {
    cause,
    hint: 'Look for another backup tool or task on the CA. After a killed backup the CA may need some minutes, or a restart of certsvc.',
    retryable: true,
  });
}
