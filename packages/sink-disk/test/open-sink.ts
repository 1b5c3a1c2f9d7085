import type { BackupSink } from '@adcs-backup/core/sink';
import { onTestFinished } from 'vitest';
import { type DiskSinkOptions, openDiskSink } from '../src/index.ts';

/** Opens a sink that is disposed of after the test. */
export async function openSink(folder: string, options?: DiskSinkOptions): Promise<BackupSink> {
  const sink = await openDiskSink(folder, options);
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return sink;
}
