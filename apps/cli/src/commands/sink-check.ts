import { type BackupSink, type SinkSetting, withRetry } from '@adcs-backup/core/sink';
import { type ConformanceCheck, conformanceChecks } from '@adcs-backup/sink-conformance';
import type { Run } from '../run.ts';
import { openPlainSink, type SinkFlags, type SinkUse, withSink } from '../sinks/open-sink.ts';
import { retryPolicy } from '../sinks/retry-notes.ts';
import { sinkUntil } from '../sinks/sink-until.ts';
import { cleanUp, cleanUpAfterFailure, newPrefix } from './sink-check-left.ts';
import { lookAtPlace, type Place, setUpOf, unseenOf } from './sink-check-place.ts';
import { report } from './sink-check-report.ts';
import { isChosen, onlyInTests } from './sink-check-selection.ts';
import { type Tried, tryPromises } from './sink-check-try.ts';

export interface SinkCheckFlags extends SinkFlags {
  readonly all?: boolean | undefined;
}

/** What is checked: a folder of its own in a sink that is open. */
interface Subject {
  readonly sink: BackupSink;
  readonly settings: readonly SinkSetting[];
  readonly prefix: string;
}

interface Found {
  readonly place: Place;
  readonly tried: readonly Tried[];
  readonly notTried: readonly ConformanceCheck[];
}

/**
 * Tries what backups rely on, and takes away again what that needs.
 * @throws `integrity-failed` when a promise is broken, after all were tried; what the sink rejects with when the
 * place can't be used, at once
 */
export async function checkSink(run: Run, where: string, given: SinkCheckFlags): Promise<'done' | 'warnings'> {
  const flags = { ...given, retryFor: given.retryFor ?? 0 };
  return await withSink<'done' | 'warnings'>({ run, where, flags }, async (sink) => {
    const all = (await sink.settings?.({ signal: run.signal })) ?? [];
    // The clock is looked at here, for every sink.
    const settings = all.filter(({ name }) => name !== 'clock');
    const subject = { sink, settings, prefix: newPrefix() };
    let found: Found;
    try {
      found = await findOut({ run, where, flags }, subject, given.all === true);
    } catch (error) {
      await cleanUpAfterFailure(run.output, sink, subject.prefix);
      throw error;
    }
    const left = await cleanUp(run.output, sink, subject.prefix);
    return report(run, { ...subject, ...found, left });
  });
}

async function findOut(use: SinkUse, subject: Subject, all: boolean): Promise<Found> {
  const { run } = use;
  const { sink, settings, prefix } = subject;
  const place = await lookAtPlace(sink, prefix, { signal: run.signal });
  const checks = conformanceChecks({
    name: sink.location,
    open: async () => sinkUntil(await openAgain(use), run.signal),
    supports: sink.supports,
    setUpFor: setUpOf(settings),
    skip: { ...onlyInTests, ...unseenOf(settings, sink.supports) },
    canDelete: place.canDelete,
    prefix,
  });
  const chosen = checks.filter((check) => isChosen(check, all));
  run.output.note(`${sink.location}: ${chosen.length} promises to try, all below ${prefix}`);
  const notTried = checks.filter((check) => !chosen.includes(check));
  return { place, notTried, tried: await tryPromises(run, chosen) };
}

/** A promise is the sink's own: without --retry-for nothing stands between. */
async function openAgain(use: SinkUse): Promise<BackupSink> {
  const sink = await openPlainSink(use);
  return use.flags.retryFor === 0 ? sink : withRetry(sink, retryPolicy(use.run, use.flags));
}
