import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';

/** Native code, loaded only if it is the file that was built with this program. */

const hint =
  'Unpack adcs-backup.exe and koffi.node from the same zip into a folder that only administrators can write to.';

/**
 * @param path full path: nothing is searched
 * @param sha256 in hex
 * @returns its exports
 * @throws `library-missing`
 */
export function loadAddon(path: string, sha256: string): unknown {
  requireDigest(path, sha256);
  const addon: { readonly exports: unknown } = { exports: {} };
  try {
    process.dlopen(addon, path);
  } catch (cause) {
    throw new AdcsBackupError('library-missing', `${path} can't be loaded: ${messageOf(cause)}`, { hint, cause });
  }
  return addon.exports;
}

/** Between this look and the load, only who may write beside the executable could change the file, or the executable. */
function requireDigest(path: string, sha256: string): void {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AdcsBackupError('library-missing', `${path} can't be read: ${messageOf(cause)}`, { hint, cause });
  }
  if (hash('sha256', bytes) === sha256) return;
  throw new AdcsBackupError('library-missing', `${path} is not the file that belongs to this executable`, { hint });
}
