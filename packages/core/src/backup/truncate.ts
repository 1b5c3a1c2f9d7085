import { AdcsBackupError } from '../errors.ts';
import { manifestKey } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import type { SetWriter } from '../store/set-writer.ts';
import type { BackupIo } from './io.ts';
import type { StateAt } from './states.ts';

/**
 * Step 11, with the log folder listed before and after: "success" doesn't prove that a log was deleted.
 * A failure is a warning: the set is sealed, and logs that stay do no harm.
 */
export async function truncateLogs(
  { certSrv, session, set, history, sealed }: StateAt<'truncating-logs'>,
  io: BackupIo,
): Promise<StateAt<'ending-session'>> {
  const ending = { at: 'ending-session', certSrv, session, set, history, manifest: sealed.manifest } as const;
  const lost = await lostManifest(set, [sealed.manifest, ...sealed.needs], io);
  if (lost !== undefined) {
    const message = `no log was truncated: the manifest of ${lost} is not in the sink any more`;
    io.log.warn({ code: 'not-truncated', message, hint: 'Find out what deletes objects, then take a full set.' });
    return { ...ending, truncation: undefined, failure: undefined };
  }
  const before = await session.listLogFolder();
  try {
    await session.truncateLogs();
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    io.log.warn({ code: 'truncation-failed', message: `the logs were not truncated: ${error.message}` });
  }
  return { ...ending, truncation: { before, after: await session.listLogFolder() }, failure: undefined };
}

/** Label of a set that a restore would need and that was deleted while this run went on. */
async function lostManifest(
  set: SetWriter,
  sets: readonly Manifest[],
  { options: { sink, signal } }: BackupIo,
): Promise<string | undefined> {
  for (const { label: text } of sets) {
    const key = manifestKey({ ...set.place, label: { text } });
    if ((await sink.stat(key, { signal })) === undefined) return text;
  }
  return undefined;
}
