import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { type BackupSink, type CallOptions, type SinkRetry, withRetry } from '@adcs-backup/core/sink';
import { duration } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import type { Run } from '../run.ts';
import { sinkLocation } from './location.ts';
import { sinkPluginFor } from './registry.ts';

export interface SinkFlags {
  /** How long one call to the sink may keep failing. */
  readonly retryFor?: number | undefined;
  readonly sinkPackage?: readonly string[] | undefined;
}

export interface SinkUse {
  readonly run: Run;
  /** As typed. */
  readonly where: string;
  readonly flags: SinkFlags;
}

/** Opens the sink, whose every call is retried and each retry told, for the time of `work`. */
export async function withSink<T>({ run, where, flags }: SinkUse, work: (sink: BackupSink) => Promise<T>): Promise<T> {
  const { output, signal } = run;
  const plain = await openedAt(where, flags.sinkPackage ?? [], { signal });
  const sink = withRetry(plain, {
    onRetry: (retry) => tellRetry(output, retry),
    ...(flags.retryFor === undefined ? {} : { retryForMs: flags.retryFor }),
  });
  let result: T;
  try {
    result = await work(sink);
  } catch (error) {
    await closeAfterFailure(sink, output);
    throw error;
  }
  await sink[Symbol.asyncDispose]();
  return result;
}

/** The first error wins: what fails now is only told. */
async function closeAfterFailure(sink: BackupSink, output: Output): Promise<void> {
  try {
    await sink[Symbol.asyncDispose]();
  } catch (error) {
    output.warning({ code: 'cleanup-failed', message: `the sink could not be closed: ${messageOf(error)}` });
  }
}

async function openedAt(where: string, packages: readonly string[], options: CallOptions): Promise<BackupSink> {
  const location = sinkLocation(where);
  if (location.kind === 'url') {
    const plugin = await sinkPluginFor(location.scheme, packages);
    return await plugin.open(location.url, options);
  }
  const { diskLocation, openDiskSink } = await import('@adcs-backup/sink-disk');
  const folder = diskLocation(location.path);
  /* v8 ignore next -- @preserve what has a scheme was a URL above */
  if (folder === undefined) throw new AdcsBackupError('internal', `${location.path} is not taken for a folder`);
  return await openDiskSink(folder, options);
}

function tellRetry(output: Output, { method, key, attempt, delayMs, error }: SinkRetry): void {
  const message = error.message;
  output.line({ type: 'sink-retried', method, key, attempt, delayMs: Math.round(delayMs), message });
  output.note(`sink: ${message}; again in ${duration(delayMs)}`);
}
