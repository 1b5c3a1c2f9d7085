import { AdcsBackupError, messageOf } from '../errors.ts';
import { outcomeKey } from '../store/layout.ts';
import { encodeOutcome } from '../store/outcome-json.ts';
import type { BackupIo } from './io.ts';
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
  const { certSrv, session, set, manifest, truncation, failure } = state;
  try {
    await session.end();
  } catch (error) {
    noteEndError(error, state, io);
  }
  // Only now: a dead sink must not keep the session open.
  if (failure !== undefined) await set?.abandon(failure.error);
  const outcome = manifest === undefined ? undefined : await storeOutcome(state, io);
  return { at: 'releasing-library', certSrv, manifest, truncation, failure, outcome };
}

function noteEndError(error: unknown, { manifest, failure }: StateAt<'ending-session'>, io: BackupIo): void {
  if (failure !== undefined) io.log.laterErrors.push(error);
  if (manifest === undefined) return;
  io.log.warn({
    code: 'end-failed',
    message: `the set is sealed, but the session did not end well: ${messageOf(error)}`,
    hint: 'The CA may not count this backup. Take a full one next.',
  });
}

async function storeOutcome(
  { set, manifest, truncation }: StateAt<'ending-session'>,
  io: BackupIo,
): Promise<SetOutcome | undefined> {
  if (manifest === undefined || set === undefined) return undefined;
  const warnings = io.log.warnings.slice(manifest.warnings.length);
  const outcome: SetOutcome = { label: manifest.label, endedAt: io.clock.now(), truncation, warnings };
  try {
    await io.options.sink.put(outcomeKey(set.place), encodeOutcome(outcome), { signal: lastWords(io.options.signal) });
  } catch (error) {
    if (!AdcsBackupError.is(error)) throw error;
    io.log.warn({ code: 'outcome-not-stored', message: `the set is sealed, but not its outcome: ${error.message}` });
  }
  return outcome;
}

/** After an abort the outcome still has a little time. */
function lastWords(signal: AbortSignal | undefined): AbortSignal | undefined {
  return signal?.aborted === true ? AbortSignal.timeout(LAST_WORDS_MS) : signal;
}
