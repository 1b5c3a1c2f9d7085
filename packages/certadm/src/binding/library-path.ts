/** Which library to load: the system's Certadm.dll by its full path, or another one that was named. */
import { existsSync } from 'node:fs';
import { resolve, win32 } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';

export interface LibraryPath {
  /** Full path. */
  readonly path: string;
  readonly isSystem: boolean;
}

/**
 * @param named path of another library than the system's
 * @param systemDirectory as Windows answers it, undefined elsewhere
 * @throws `unsupported-platform` without either
 */
export function libraryPath(named: string | undefined, systemDirectory: string | undefined): LibraryPath {
  const system = systemDirectory === undefined ? undefined : win32.join(systemDirectory, 'certadm.dll');
  if (named !== undefined) {
    const path = resolve(named);
    return { path, isSystem: system !== undefined && path.toLowerCase() === system.toLowerCase() };
  }
  if (system === undefined) {
    throw new AdcsBackupError(
      'unsupported-platform',
      `certadm.dll is a part of Windows Server, not of ${process.platform}`,
      {
        hint: 'Run on the Windows server that hosts the CA.',
      },
    );
  }
  return { path: system, isSystem: true };
}

/** @throws `library-missing` */
export function requireLibrary(library: LibraryPath): void {
  if (!existsSync(library.path)) {
    throw libraryMissing(library, 'not found');
  }
}

export function libraryMissing(library: LibraryPath, reason: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('library-missing', `${library.path}: ${reason}`, {
    hint: library.isSystem
      ? 'Run on the server that hosts the CA; Certadm.dll comes with its role, or with the tools: Install-WindowsFeature RSAT-ADCS-Mgmt.'
      : 'Check the path of the library that was named, and that it was built for this platform.',
    ...(cause === undefined ? {} : { cause }),
  });
}
