import { resolve } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';

/**
 * The folder that a restore writes to, as a full path.
 * @throws `invalid-location` for what can't be a folder on this platform, `D:` and `s3://bucket` among it
 */
export async function targetFolder(text: string): Promise<string> {
  const { diskLocation } = await import('@adcs-backup/sink-disk');
  const folder = diskLocation(text);
  if (folder === undefined && text.includes('://')) {
    throw new AdcsBackupError('invalid-location', `${JSON.stringify(text)} is not a folder's path`, {
      hint: 'A restore writes into a folder of this computer: name it by its path.',
    });
  }
  return resolve(folder ?? text);
}
