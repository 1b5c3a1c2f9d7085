import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { SetType } from '../certsrv.ts';
import { AdcsBackupError, messageOf } from '../errors.ts';
import { RunSinks } from '../group/run-sinks.ts';
import { type Encoder, inlineEncoder } from '../store/encoder.ts';
import { encoderPool } from '../store/encoder-pool.ts';
import { forkWarning } from './fork.ts';
import type { BackupIo } from './io.ts';
import type { BackupOptions, BackupResult, Clock } from './options.ts';
import { RunLog } from './run-log.ts';
import { sinkDropped, sinkResults } from './sink-results.ts';
import type { BackupState, StateAt, Transitions } from './states.ts';
import { steps } from './steps.ts';

const MAX_WORKERS = 4;

const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    // Only the signal ends a wait early, and its own reason is what counts.
    await delay(ms, undefined, { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  },
};

/** Runs a backup from the first state to `finished` or `failed`. Never rejects: failure is a state. */
export async function runBackup(options: BackupOptions): Promise<BackupResult> {
  try {
    requireCopies(options);
    // What is to be encrypted and can't be must not be begun.
    await options.recipients?.newFileKey();
    // A dead or refused sink shows here, before the CA is asked for anything.
    const sinks = new RunSinks(options);
    const sets = await sinks.listSets({ signal: options.signal });
    const clock = options.clock ?? systemClock;
    const encoder = newEncoder(options.workers ?? Math.min(availableParallelism(), MAX_WORKERS));
    try {
      const common = { options, sinks, clock, encoder, sets };
      return await (options.type === 'auto' ? chooseType(common) : drive(ioFor(options.type, common)));
    } finally {
      await encoder[Symbol.asyncDispose]();
    }
  } catch (error) {
    return { at: 'failed', error, laterErrors: [], manifest: undefined };
  }
}

/** With no copy asked for, logs could be truncated that are nowhere else. */
function requireCopies({ minCopies, sinks: { length } }: BackupOptions): void {
  if (minCopies === undefined || (Number.isInteger(minCopies) && minCopies >= 1 && minCopies <= length)) return;
  throw new AdcsBackupError('invalid-usage', `the set can't be in ${minCopies} sinks of ${length}`, {
    hint: `Ask for 1 to ${length} copies with --min-copies.`,
  });
}

type CommonIo = Pick<BackupIo, 'options' | 'sinks' | 'clock' | 'encoder' | 'sets'>;

function ioFor(type: SetType, common: CommonIo, isTrial = false): BackupIo {
  const log = new RunLog(common.options.observe);
  common.sinks.tellDropped(({ location, error }) => log.warn(sinkDropped(location, error)));
  return { ...common, type, isTrial, log, startedAt: common.clock.now() };
}

/** Logs only, and where they don't do, a full set in a session of its own. */
async function chooseType(common: CommonIo): Promise<BackupResult> {
  // A sink without sets has nothing that logs could build on.
  if (common.sets.length === 0) return await drive(ioFor('full', common));
  const io = ioFor('logs-only', common, true);
  const result = await drive(io);
  if (result.at === 'finished' || !needsFull(result.error)) return result;
  io.log.observe({ type: 'full-chosen', reason: messageOf(result.error) });
  return await drive(
    AdcsBackupError.is(result.error, 'history-forked') ? behindFork(result.error, common) : ioFor('full', common),
  );
}

/** The database itself may not show any more what the logs showed. */
function behindFork(error: AdcsBackupError, common: CommonIo): BackupIo {
  const io = ioFor('full', { ...common, options: { ...common.options, newChain: true } });
  io.log.warn(forkWarning(error));
  return io;
}

/** Among them a log that the engine can't read: a full set begins behind it, if the checkpoint has passed it. */
function needsFull(error: unknown): boolean {
  const codes = ['full-backup-missing', 'log-missing', 'history-forked', 'circular-logging', 'source-damaged'] as const;
  return codes.some((code) => AdcsBackupError.is(error, code));
}

async function drive(io: BackupIo): Promise<BackupResult> {
  const { log } = io;
  let state: BackupState = { at: 'loading-library' };
  for (;;) {
    log.observe({ type: 'state-entered', state: state.at });
    if (state.at === 'finished') {
      const { manifest, outcome, behind } = state;
      return { at: 'finished', manifest, outcome, warnings: log.warnings, sinks: sinkResults(io.sinks, behind) };
    }
    if (state.at === 'failed') {
      return { at: 'failed', error: state.error, laterErrors: log.laterErrors, manifest: state.manifest };
    }
    const current: StateAt<keyof Transitions> = state;
    state = await next(current, io).catch((error: unknown) => afterFailure(current, error));
  }
}

async function next(state: StateAt<keyof Transitions>, io: BackupIo): Promise<BackupState> {
  if (!isCleanup(state)) io.options.signal?.throwIfAborted();
  const step = steps[state.at] as (state: BackupState, io: BackupIo) => Promise<BackupState>;
  return await step(state, io);
}

/** Ending and releasing run even after an abort. */
function isCleanup(state: BackupState): boolean {
  return state.at === 'ending-session' || state.at === 'releasing-library';
}

/** Where a failed step leads: end what is open, release what is loaded, and never truncate. */
function afterFailure(state: StateAt<keyof Transitions>, error: unknown): BackupState {
  switch (state.at) {
    case 'loading-library':
      return { at: 'failed', error, manifest: undefined };
    case 'checking-server':
    case 'preparing-session':
    // Ending keeps its own errors; should it fail all the same, it is not tried twice.
    case 'ending-session':
      return { at: 'releasing-library', certSrv: state.certSrv, ended: { at: 'failed', error, manifest: undefined } };
    case 'releasing-library':
    case 'catching-up':
      return { at: 'failed', error, manifest: state.ended.manifest };
    case 'truncating-logs': {
      const { certSrv, session, set, history, copies, sealed } = state;
      const { manifest } = sealed;
      return {
        at: 'ending-session',
        certSrv,
        session,
        set,
        history,
        copies,
        manifest,
        truncation: undefined,
        failure: { error },
      };
    }
    default: {
      const { certSrv, session } = state;
      const set = 'set' in state ? state.set : undefined;
      return { at: 'ending-session', certSrv, session, set, manifest: undefined, failure: { error } };
    }
  }
}

function newEncoder(workers: number): Encoder {
  return workers === 0 ? inlineEncoder() : encoderPool(workers);
}
