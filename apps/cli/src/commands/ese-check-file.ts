import { type FileHandle, open } from 'node:fs/promises';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { FileChecker, type FileCheckResult } from '@adcs-backup/ese';
import type { FileToCheck } from './ese-check-targets.ts';

/** One file, read from beginning to end while it is checked. */

const BUFFER_BYTES = 1024 * 1024;
/** Below this nobody waits long enough to want to see progress. */
const SHOWN_FROM_BYTES = 32 * BUFFER_BYTES;

export interface CheckedFile extends FileToCheck {
  readonly checked: FileCheckResult;
  readonly sizeBytes: number;
}

export interface UnreadableFile extends FileToCheck {
  readonly error: AdcsBackupError;
}

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

/** Rejects only when `signal` is aborted; what can't be read is a result. */
export async function checkFile(file: FileToCheck, reading: Reading): Promise<CheckedFile | UnreadableFile> {
  try {
    const handle = await open(file.path);
    try {
      return { ...file, ...(await checkHandle(file.name, handle, reading)) };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    reading.signal.throwIfAborted();
    return { ...file, error: unreadable(file.path, cause) };
  }
}

async function checkHandle(
  name: string,
  handle: FileHandle,
  reading: Reading,
): Promise<Pick<CheckedFile, 'checked' | 'sizeBytes'>> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { checked: { kind: 'not-checked', name, reason: 'not a file' }, sizeBytes: 0 };
  const checker = new FileChecker({ name });
  await feedAll(checker, handle, { ...reading, totalBytes: stats.size });
  return { checked: checker.end(), sizeBytes: stats.size };
}

/** Reads the next buffer while this one is checked. */
async function feedAll(
  checker: FileChecker,
  handle: FileHandle,
  { signal, onProgress, totalBytes }: Reading & { readonly totalBytes: number },
): Promise<void> {
  const buffers = [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)];
  let at = 0;
  let [free, filled] = buffers;
  let reading = handle.read({ buffer: filled, position: at });
  while (!checker.isSettled) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    signal.throwIfAborted();
    at += bytesRead;
    const full = filled?.subarray(0, bytesRead) ?? new Uint8Array(0);
    [free, filled] = [filled, free];
    reading = handle.read({ buffer: filled, position: at });
    checker.feed(full);
    if (totalBytes >= SHOWN_FROM_BYTES) onProgress(at, totalBytes);
  }
  await reading;
}

function unreadable(path: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError('source-unreadable', `${path} can't be read: ${messageOf(cause)}`, {
    hint:
      'Where Certificate Services has it open, check a backup, or a copy made while the service was stopped; ' +
      'else run as a user who may read it.',
    cause,
  });
}
