import { AdcsBackupError } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { Run } from '../run.ts';
import { sinkLocation } from './location.ts';
import { closeAfterFailure, openPlainSink, type SinkFlags } from './open-sink.ts';
import { unopenedSink } from './unopened-sink.ts';

export type Sinks = readonly [BackupSink, ...BackupSink[]];

export interface SinksUse {
  readonly run: Run;
  /** As typed: one at least. */
  readonly where: readonly string[];
  readonly flags: SinkFlags;
}

/** Opens the sinks for the time of `work`; their calls are not retried. */
export async function withSinks<T>(use: SinksUse, work: (sinks: Sinks) => Promise<T>): Promise<T> {
  requireDifferent(use.where);
  // All addresses first: nothing is opened beside a mistyped one.
  for (const each of use.where) sinkLocation(each);
  const [first, ...others] = await openAll(use);
  /* v8 ignore next -- @preserve the command line asks for one at least */
  if (first === undefined) throw new AdcsBackupError('internal', 'no sink was named');
  let result: T;
  try {
    result = await work([first, ...others]);
  } catch (error) {
    for (const sink of [first, ...others]) await closeAfterFailure(sink, use.run.output);
    throw error;
  }
  for (const sink of [first, ...others]) await sink[Symbol.asyncDispose]();
  return result;
}

/**
 * One that can't be opened is no reason to do without the others: a disk that isn't plugged in, a share that is
 * down. Only a wrong address is, or when none can be opened.
 */
async function openAll({ run, where, flags }: SinksUse): Promise<readonly BackupSink[]> {
  const sinks: BackupSink[] = [];
  const failures: unknown[] = [];
  for (const each of where) {
    try {
      sinks.push(await openPlainSink({ run, where: each, flags }));
    } catch (error) {
      run.signal.throwIfAborted();
      failures.push(error);
      sinks.push(unopenedSink(each, error));
      if (isMistake(each, error)) throw await closedAfter(error, sinks, run);
    }
  }
  if (failures.length === where.length) throw failures[0];
  return sinks;
}

async function closedAfter(error: unknown, sinks: readonly BackupSink[], { output }: Run): Promise<unknown> {
  for (const sink of sinks) await closeAfterFailure(sink, output);
  return error;
}

/** A folder that isn't there may be on a disk that isn't plugged in. */
function isMistake(where: string, error: unknown): boolean {
  const codes = ['invalid-location', 'invalid-configuration', 'invalid-usage'] as const;
  const location = sinkLocation(where);
  const isFolder = location.kind === 'path' || location.scheme === 'file';
  return !isFolder && codes.some((code) => AdcsBackupError.is(error, code));
}

function requireDifferent(where: readonly string[]): void {
  const twice = where.find((each, index) => where.indexOf(each) !== index);
  if (twice === undefined) return;
  throw new AdcsBackupError('invalid-usage', `the sink ${twice} is named twice`, {
    hint: 'Name each sink once: every one gets a copy of its own.',
  });
}
