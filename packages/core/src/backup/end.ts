import type { BackupSession, LogFolder } from '../certsrv.ts';
import { messageOf } from '../errors.ts';
import { outcomeKey } from '../store/layout.ts';
import type { Manifest, Warning } from '../store/manifest.ts';
import { encodeOutcome } from '../store/outcome-json.ts';
import { putSigned } from '../store/put-signed.ts';
import type { BackupIo } from './io.ts';
import { logFolderWarnings } from './log-folder-warnings.ts';
import type { SetOutcome } from './options.ts';
import type { StateAt } from './states.ts';

const LAST_WORDS_MS = 10_000;

/**
 * Step 14, whatever came before it. Its result counts: only a successful end makes the engine take
 * the backup for one. Then the outcome is stored beside the manifest.
 */
export async function endSession(
  state: StateAt<'ending-session'>,
  io: BackupIo,
): Promise<StateAt<'releasing-library'>> {
  const { certSrv, session, set, manifest, failure } = state;
  const logFolder = manifest === undefined ? notLookedAt : await lookAtLogs(session);
  // Disposing ends, too, and doesn't mind that the engine misses files that a failed run never fetched.
  try {
    await (failure === undefined ? session.end() : session[Symbol.asyncDispose]());
  } catch (error) {
    if (failure !== undefined) io.log.laterErrors.push(error);
    if (manifest !== undefined) io.log.warn(endFailed(error));
  }
  // Only now: a dead sink must not keep the session open.
  if (failure !== undefined) await set?.abandon(failure.error);
  if (manifest === undefined)
    return { at: 'releasing-library', certSrv, ended: { at: 'failed', manifest, ...state.failure } };
  for (const warning of logFolderWarnings(logFolder, state)) io.log.warn(warning);
  const outcome = await storeOutcome(state, logFolder, io);
  const ended =
    failure === undefined
      ? ({ at: 'finished', manifest, copies: state.copies, outcome, behind: new Map() } as const)
      : ({ at: 'failed', manifest, ...failure } as const);
  return { at: 'releasing-library', certSrv, ended };
}

const notLookedAt: LogFolder = { readable: false, path: '', reason: 'the run failed' };

/** The session may be in no state to answer: that is an answer, too. */
async function lookAtLogs(session: BackupSession): Promise<LogFolder> {
  try {
    return await session.listLogFolder();
  } catch (error) {
    return { readable: false, path: '', reason: messageOf(error) };
  }
}

function endFailed(error: unknown): Warning {
  return {
    code: 'end-failed',
    message: `the set is sealed, but the session did not end well: ${messageOf(error)}`,
    hint: 'The CA may not count this backup. Take a full one next.',
  };
}

type Sealed = Extract<StateAt<'ending-session'>, { readonly manifest: Manifest }>;

async function storeOutcome(
  { set, copies, manifest, truncation }: Sealed,
  logFolder: LogFolder,
  io: BackupIo,
): Promise<SetOutcome> {
  const warnings = io.log.warnings.slice(manifest.warnings.length);
  const outcome: SetOutcome = { label: manifest.label, endedAt: io.clock.now(), truncation, logFolder, warnings };
  try {
    const object = { key: outcomeKey(set.place), body: encodeOutcome(outcome) };
    await putSigned(copies, object, { signer: io.options.signer, signal: lastWords(io.options.signal) });
  } catch (error) {
    io.log.warn({ code: 'outcome-not-stored', message: `the set is sealed, but not its outcome: ${messageOf(error)}` });
  }
  return outcome;
}

/** Aborted a little later than `signal`, whether that was before or is yet to come: the outcome still has this time. */
function lastWords(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal.aborted) return signal && AbortSignal.timeout(LAST_WORDS_MS);
  const later = new AbortController();
  const wait = (): unknown => setTimeout(() => later.abort(signal.reason), LAST_WORDS_MS).unref();
  signal.addEventListener('abort', wait, { once: true });
  return later.signal;
}
