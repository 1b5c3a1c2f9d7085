import { AdcsBackupError } from '../errors.ts';
import type { BackupIo } from './io.ts';
import type { StateAt } from './states.ts';

/**
 * Step 11, with the log folder listed before and after: "success" doesn't prove that a log was deleted.
 * A failure is a warning: the set is sealed, and logs that stay do no harm.
 */
export async function truncateLogs(
  { certSrv, session, set, sealed }: StateAt<'truncating-logs'>,
  io: BackupIo,
): Promise<StateAt<'ending-session'>> {
  const before = await session.listLogFolder();
  try {
    await session.truncateLogs();
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    io.log.warn({ code: 'truncation-failed', message: `the logs were not truncated: ${error.message}` });
  }
  const truncation = { before, after: await session.listLogFolder() };
  return { at: 'ending-session', certSrv, session, set, ...sealed, truncation, failure: undefined };
}
