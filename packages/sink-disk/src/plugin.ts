import { AdcsBackupError } from '@adcs-backup/core';
import type { SinkPlugin } from '@adcs-backup/core/sink';
import { openDiskSink } from './disk-sink.ts';
import { diskLocation } from './location.ts';

/** Folders on disks and shares, named by `file:` URLs. */
export const sinkPlugin: SinkPlugin = {
  sinkApi: 1,
  schemes: ['file'],
  summary: 'a folder on a disk or share, by path or file: URL',
  urlForm: 'file:///srv/backup, file:///D:/Backups, file://server/share/folder',
  async open(location, options) {
    const folder = diskLocation(location.href);
    if (folder === undefined) {
      throw new AdcsBackupError('invalid-location', `${location.protocol}// is not a folder`, {
        hint: 'Name a folder by its path or a file: URL.',
      });
    }
    return await openDiskSink(folder, options);
  },
};
