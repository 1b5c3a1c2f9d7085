import { readFileSync } from 'node:fs';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { type ImageDigest, imageDigest } from './image-digest.ts';

/** Native code, loaded only if it is the file that was built with this program. */

const hint =
  'Unpack adcs-backup.exe and koffi.node from the same zip into a folder that only administrators can write to.';

/**
 * @param path full path: nothing is searched
 * @param expected of the file, which may have been signed since
 * @returns its exports
 * @throws `library-missing`
 */
export function loadAddon(path: string, expected: ImageDigest): unknown {
  requireDigest(path, expected);
  const addon: { readonly exports: unknown } = { exports: {} };
  try {
    process.dlopen(addon, path);
  } catch (cause) {
    throw new AdcsBackupError('library-missing', `${path} can't be loaded: ${messageOf(cause)}`, { hint, cause });
  }
  return addon.exports;
}

/** Between this look and the load, only who may write beside the executable could change the file, or the executable. */
function requireDigest(path: string, { sizeBytes, sha256 }: ImageDigest): void {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (cause) {
    throw new AdcsBackupError('library-missing', `${path} can't be read: ${messageOf(cause)}`, { hint, cause });
  }
  if (imageDigest(file, sizeBytes).sha256 === sha256) return;
  throw new AdcsBackupError('library-missing', `${path} is not the file that belongs to this executable`, { hint });
}
