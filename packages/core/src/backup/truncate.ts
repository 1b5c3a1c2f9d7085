import { AdcsBackupError } from '../errors.ts';
import { manifestKey } from '../store/layout.ts';
import type { Warning } from '../store/manifest.ts';
import type { BackupIo } from './io.ts';
import type { StateAt } from './states.ts';

/**
 * Step 11, with the log folder listed before and after: "success" doesn't prove that a log was deleted.
 * A failure is a warning: the set is sealed, and logs that stay do no harm.
 */
export async function truncateLogs(
  { certSrv, session, set, history, copies, sealed }: StateAt<'truncating-logs'>,
  io: BackupIo,
): Promise<StateAt<'ending-session'>> {
  const ending = { at: 'ending-session', certSrv, session, set, history, copies, manifest: sealed.manifest } as const;
  const why = await tooFewCopies({ set, copies, sealed }, io);
  if (why !== undefined) {
    io.log.warn({ code: 'not-truncated', ...why });
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

/** Why fewer sinks than were asked for hold the set, and the manifests that its restore needs. */
async function tooFewCopies(
  { set, copies, sealed: { manifest, needs } }: Pick<StateAt<'truncating-logs'>, 'set' | 'copies' | 'sealed'>,
  { sinks, options: { signal, minCopies = sinks.members.length } }: BackupIo,
): Promise<Pick<Warning, 'message' | 'hint'> | undefined> {
  let lost: string | undefined;
  const holders = new Set(copies.live);
  for (const { label: text } of [manifest, ...needs]) {
    const key = manifestKey({ ...set.place, label: { text } });
    const answers = await copies.each((sink, signal) => sink.stat(key, { signal }), { signal });
    for (const { member, value } of answers) {
      if (value !== undefined) continue;
      holders.delete(member);
      lost ??= text;
    }
  }
  const { length } = [...holders].filter(({ isLive }) => isLive);
  if (length >= minCopies) return undefined;
  if (lost !== undefined) {
    const message = `no log was truncated: the manifest of ${lost} is not in the sink any more`;
    return { message, hint: 'Find out what deletes objects, then take a full set.' };
  }
  return {
    message: `no log was truncated: the set is in ${length} of ${sinks.members.length} sinks, ${minCopies} are asked for`,
    hint: 'Run again when all sinks can be reached; --min-copies says how many must have the set.',
  };
}
