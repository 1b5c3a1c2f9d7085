/** Libraries of Windows itself, from the system directory. */
import { win32 } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';
import type { Koffi, NativeLibrary } from '../binding/koffi.ts';

const maxPath = 260;

/** Asked from Windows, not from the environment, which whoever starts the process may set. */
export function systemDirectory(koffi: Koffi): string {
  // kernel32 is mapped into every process: loading it searches nothing.
  const getSystemDirectory = koffi
    .load('kernel32.dll')
    .func('uint32_t __stdcall GetSystemDirectoryW(_Out_ void *buffer, uint32_t size)');
  const buffer = Buffer.alloc(maxPath * 2);
  const length: number = getSystemDirectory(buffer, maxPath);
  if (length === 0 || length >= maxPath) {
    throw new AdcsBackupError('internal', 'Windows does not tell its system directory');
  }
  return buffer.toString('utf16le', 0, length * 2);
}

/** @param name file name, `advapi32.dll` */
export function loadSystemLibrary(koffi: Koffi, name: string): NativeLibrary {
  return koffi.load(win32.join(systemDirectory(koffi), name));
}
