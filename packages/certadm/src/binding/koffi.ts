/** koffi, imported when it is first needed. */
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { LibraryHandle } from 'koffi';

export type Koffi = typeof import('koffi').default;
export type NativeLibrary = LibraryHandle;

/** @throws `unsupported-platform` where koffi has no binary */
export async function importKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    /* v8 ignore next -- @preserve another platform: one that koffi has no binary for */
    throw unsupported(error);
  }
}

/* v8 ignore next -- @preserve as above */
function unsupported(cause: unknown): AdcsBackupError {
  const platform = `${process.platform} ${process.arch}`;
  return new AdcsBackupError('unsupported-platform', `koffi can't be loaded on ${platform}: ${messageOf(cause)}`, {
    cause,
    hint: 'Reinstall adcs-backup with its optional dependencies, on 64-bit Windows.',
  });
}
