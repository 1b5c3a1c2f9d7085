import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import {
  type BackupSink,
  type ChainLock,
  lockedSink,
  type OpenOptions,
  withRetry,
  withUploadLimit,
} from '@adcs-backup/core/sink';
import type { FileCertificate } from '../network/certificate-file.ts';
import { prepareNetwork } from '../network/prepare-network.ts';
import type { Output } from '../output/output.ts';
import { windowsHands } from '../rights/this-machine.ts';
import type { Run } from '../run.ts';
import { sinkLocation } from './location.ts';
import { sinkPluginFor } from './registry.ts';
import { retryPolicy } from './retry-notes.ts';
import { uploadLimitOf } from './upload-limit-of.ts';

export interface SinkFlags {
  /** How long one call to the sink may keep failing. */
  readonly retryFor?: number | undefined;
  readonly sinkPackage?: readonly string[] | undefined;
  /** PEM file of an authority to trust. */
  readonly caFile?: string | undefined;
  /** Bytes per second, for all sinks of the run together. */
  readonly limitUpload?: number | undefined;
}

export interface SinkUse {
  readonly run: Run;
  /** As typed. */
  readonly where: string;
  readonly flags: SinkFlags;
  /** What is put is locked. */
  readonly lock?: ChainLock | undefined;
}

/** Opens the sink, whose every call is retried and each retry told, for the time of `work`. */
export async function withSink<T>(use: SinkUse, work: (sink: BackupSink) => Promise<T>): Promise<T> {
  const { run, flags, lock } = use;
  const { output } = run;
  const sink = await openPlainSink(use);
  let result: T;
  try {
    const locked = lock === undefined ? sink : lockedSink(sink, lock);
    result = await work(withRetry(locked, retryPolicy(run, flags)));
  } catch (error) {
    await closeAfterFailure(sink, output);
    throw error;
  }
  await sink[Symbol.asyncDispose]();
  return result;
}

/** The first error wins: what fails now is only told. */
export async function closeAfterFailure(sink: BackupSink, output: Output): Promise<void> {
  try {
    await sink[Symbol.asyncDispose]();
  } catch (error) {
    output.warning({ code: 'cleanup-failed', message: `the sink could not be closed: ${messageOf(error)}` });
  }
}

/** Opens a sink whose calls are made once, and that sends no faster than it may. */
export async function openPlainSink(use: SinkUse): Promise<BackupSink> {
  const sink = await openedAt(use);
  const { limitUpload } = use.flags;
  return limitUpload === undefined ? sink : withUploadLimit(sink, uploadLimitOf(use.run, limitUpload));
}

async function openedAt({ run, where, flags }: SinkUse): Promise<BackupSink> {
  const options = { signal: run.signal };
  const location = sinkLocation(where);
  if (location.kind === 'path') return await openFolder(location.path, options);
  const { scheme } = location;
  if (scheme === 'file') return await openFolder(location.url.href, options);
  const plugin = await sinkPluginFor(scheme, flags.sinkPackage ?? []);
  prepareNetwork({ scheme, caFile: flags.caFile, onFault: (each) => tellFault(run, each) });
  return await plugin.open(location.url, options);
}

/** @param where a path or a `file:` URL */
async function openFolder(where: string, options: OpenOptions): Promise<BackupSink> {
  const { diskLocation, openDiskSink } = await import('@adcs-backup/sink-disk');
  const folder = diskLocation(where);
  /* v8 ignore next -- @preserve other schemes than file: are not taken for a folder */
  if (folder === undefined) throw new AdcsBackupError('internal', `${where} is not taken for a folder`);
  const { makeFolder } = windowsHands();
  return await openDiskSink(folder, makeFolder === undefined ? options : { ...options, makeTopFolder: makeFolder });
}

function tellFault({ output }: Run, { subject, fault }: FileCertificate): void {
  output.warning({ code: 'certificate-unusable', message: `the certificate ${subject} of --ca-file ${fault}` });
}
