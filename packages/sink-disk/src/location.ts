import { win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AdcsBackupError } from '@adcs-backup/core';
import { isDeviceName } from '@adcs-backup/core/sink';

/**
 * The folder that a sink's location names: a path (`D:\Backups`, `\\nas\share\ca`, `/srv/backup`, `./relative`)
 * or a `file:` URL. Undefined for a URL of another scheme. Looks at the text only, not at the disk.
 * @throws `invalid-location` for what can't be a folder on this platform
 */
export function diskLocation(text: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const isWindows = platform === 'win32';
  const folder = folderNamedBy(text, isWindows);
  if (isWindows && folder !== undefined) requireFolderName(text, folder);
  return folder;
}

function folderNamedBy(text: string, isWindows: boolean): string | undefined {
  if (text === '' || text.includes('\0')) throw invalid(text, 'Name a folder, for example D:\\Backups or /srv/backup.');
  if (/^[a-z]:/i.test(text) || text.startsWith('\\\\')) {
    if (!isWindows)
      throw invalid(text, 'This is a Windows path; name a folder of this system, for example /srv/backup.');
    if (/^[a-z]:(?![\\/])/i.test(text))
      throw invalid(text, 'Write a full path with a backslash, for example D:\\Backups.');
    return withoutPrefix(text);
  }
  if (/^file:/i.test(text)) return fileUrlPath(text, isWindows);
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? undefined : text;
}

/** With the prefix that Node gives it, such a folder could be made, and no other program would find it. */
function requireFolderName(text: string, folder: string): void {
  const wrong = win32
    .normalize(folder)
    .split('\\')
    .find((name) => isDeviceName(name) || (/[. ]$/.test(name) && !/^\.{1,2}$/.test(name)));
  if (wrong === undefined) return;
  throw invalid(text, `Windows can't have a folder called ${JSON.stringify(wrong)}: choose another name.`);
}

/** Node puts `\\?\` before each path itself, and takes the root of a drive that has it for the device under it. */
function withoutPrefix(path: string): string {
  return path.replace(/^\\\\\?\\UNC\\/i, '\\\\').replace(/^\\\\\?\\(?=[a-z]:\\)/i, '');
}

function fileUrlPath(text: string, isWindows: boolean): string {
  const form = isWindows ? 'file:///D:/Backups or file://server/share/folder' : 'file:///srv/backup';
  const hint = `Write ${form}, without a query, or simply the path.`;
  if (!/^file:\/\//i.test(text)) throw invalid(text, hint);
  try {
    const url = new URL(text);
    if (url.search !== '' || url.hash !== '') throw invalid(text, hint);
    return fileURLToPath(url, { windows: isWindows });
  } catch (error) {
    throw AdcsBackupError.is(error) ? error : invalid(text, hint, error);
  }
}

function invalid(text: string, hint: string, cause?: unknown): AdcsBackupError {
  const details = cause === undefined ? { hint } : { hint, cause };
  return new AdcsBackupError('invalid-location', `${JSON.stringify(text)} is not a folder's path`, details);
}
