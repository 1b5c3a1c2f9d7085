import { type FileHandle, open, stat } from 'node:fs/promises';
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
    const stats = await stat(file.path);
    const sizeBytes = stats.size;
    // Opening a pipe would wait for somebody to write into it.
    if (!stats.isFile())
      return { ...file, sizeBytes: 0, checked: { kind: 'not-checked', name: file.name, reason: 'no file' } };
    const checker = new FileChecker({ name: file.name });
    await feedFile(checker, file.path, { ...reading, totalBytes: sizeBytes });
    return { ...file, sizeBytes, checked: checker.end() };
  } catch (cause) {
    reading.signal.throwIfAborted();
    return { ...file, error: unreadable(file.path, cause) };
  }
}

interface SizedReading extends Reading {
  readonly totalBytes: number;
}

async function feedFile(checker: FileChecker, path: string, reading: SizedReading): Promise<void> {
  if (checker.isSettled) return;
  const handle = await open(path);
  try {
    await feedAll(checker, handle, reading);
  } finally {
    await handle.close();
  }
}

/** Reads the next buffer while this one is checked. */
async function feedAll(
  checker: FileChecker,
  handle: FileHandle,
  { signal, onProgress, totalBytes }: SizedReading,
): Promise<void> {
  let filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let full = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let at = 0;
  let reading = handle.read({ buffer: filling, position: at });
  while (!checker.isSettled) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    signal.throwIfAborted();
    at += bytesRead;
    [filling, full] = [full, filling];
    reading = handle.read({ buffer: filling, position: at });
    checker.feed(full.subarray(0, bytesRead));
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
