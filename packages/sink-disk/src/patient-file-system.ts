import { whileHeld } from '@adcs-backup/core';
import type { FileSystem } from './file-system.ts';

/** What Windows says of a file that another program has open, and of nothing else. */
const sharingViolation = { codes: ['EBUSY'] };

/**
 * A file system whose calls are made again for two and a half seconds while another program holds the file: on Windows a
 * virus scanner does so with each new file. A missing right looks the same there when a file is linked, moved or removed;
 * when one is opened it must fail at once, since some folders can't be opened to be flushed.
 */
export function patientFileSystem(fileSystem: FileSystem, platform: NodeJS.Platform = process.platform): FileSystem {
  if (platform !== 'win32') return fileSystem;
  return {
    ...fileSystem,
    open: (...parameters) => whileHeld(() => fileSystem.open(...parameters), { ...sharingViolation, platform }),
    link: (...parameters) => whileHeld(() => fileSystem.link(...parameters), { platform }),
    rename: (...parameters) => whileHeld(() => fileSystem.rename(...parameters), { platform }),
    unlink: (...parameters) => whileHeld(() => fileSystem.unlink(...parameters), { platform }),
  };
}
