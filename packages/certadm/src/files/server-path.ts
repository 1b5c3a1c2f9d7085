/** A UNC path in the server's own view, as a path that this process can open. */
import { AdcsBackupError } from '@adcs-backup/core';
import { isSameHost, isThisHost } from './host-name.ts';

/** Admin shares: `C$` is the root of drive C. */
const uncPath = /^\\\\(?<host>[^\\/?]+)\\(?<drive>[A-Za-z])\$\\(?<rest>.+)$/;

/**
 * `\\host\C$\folder\file` becomes `C:\folder\file` on Windows, `/folder/file` elsewhere, when the server is
 * this host. On Windows the files of another server are reached by the UNC path itself.
 * @param server as it was given to Certadm
 * @throws `source-unreadable` for any other form, `..`, or a host that isn't the server
 */
export function serverPath(path: string, server: string, platform: NodeJS.Platform = process.platform): string {
  const groups = uncPath.exec(path)?.groups;
  const [host, drive, rest] = [groups?.['host'], groups?.['drive'], groups?.['rest']];
  if (host === undefined || drive === undefined || rest === undefined) {
    throw refused(path, 'it is no path of the form \\\\server\\C$\\folder');
  }
  const parts = rest.split('\\');
  if (!parts.every(isPlainPart)) {
    throw refused(path, 'it has a part that names no file or folder');
  }
  if (!isThisHost(server)) {
    return remotePath(path, { host, server, platform });
  }
  if (!isThisHost(host)) {
    throw refused(path, 'it lies on another host');
  }
  return platform === 'win32' ? `${drive.toUpperCase()}:\\${parts.join('\\')}` : `/${parts.join('/')}`;
}

interface Remote {
  readonly host: string;
  readonly server: string;
  readonly platform: NodeJS.Platform;
}

function remotePath(path: string, { host, server, platform }: Remote): string {
  if (!isSameHost(host, server)) {
    throw refused(path, `it does not lie on ${server}`);
  }
  if (platform !== 'win32') {
    throw refused(path, 'files of another server can be read on Windows only');
  }
  return path;
}

/** No way up, no other stream (`:`), no separator of another platform. */
function isPlainPart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[/:\0]/.test(part);
}

function refused(path: string, reason: string): AdcsBackupError {
  return new AdcsBackupError('source-unreadable', `${path} can't be read: ${reason}`);
}
