import { AdcsBackupError } from '@adcs-backup/core/sink';

/** Where the objects of a sink lie. */
export interface SftpLocation {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute, or relative to the user's home folder; never ends in a slash, but for `/` itself. */
  readonly folder: string;
}

const defaultPort = 22;
const form = 'Write sftp://user@host:port/folder, or sftp://user@host/~/folder for one in the home folder.';

/** What an `sftp:` URL names. @throws `invalid-location`, repeating nothing that might be a secret */
export function sftpLocation(url: URL): SftpLocation {
  if (url.protocol !== 'sftp:') throw invalid(`${url.protocol}// is not an SFTP server`);
  if (url.password !== '') {
    const hint = 'Other users can see command lines: put the password into ADCS_BACKUP_SFTP_PASSWORD, or use a key.';
    throw invalid('the sftp: URL carries a password', hint);
  }
  if (url.search !== '' || url.hash !== '') throw invalid('the sftp: URL has parameters, and none is known');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decoded(url.username);
  if (host === '') throw invalid('the sftp: URL names no host');
  if (user === '') throw invalid('the sftp: URL names no user');
  return {
    host,
    port: url.port === '' ? defaultPort : Number(url.port),
    user,
    folder: folderOf(decoded(url.pathname)),
  };
}

/** For people: the folder as a URL. */
export function folderText(location: SftpLocation): string {
  const { folder, user } = location;
  const path = folder.startsWith('/') ? folder : `/~/${folder}`;
  return `sftp://${encodeURIComponent(user)}@${serverText(location)}${encodeURI(path)}`;
}

/** For people: `host`, `host:port`, `[::1]:port`. */
export function serverText({ host, port }: SftpLocation): string {
  return `${host.includes(':') ? `[${host}]` : host}${port === defaultPort ? '' : `:${port}`}`;
}

function folderOf(path: string): string {
  if (path === '') throw invalid('the sftp: URL names no folder');
  const folder = path.replace(/^\/~(?:\/|$)/, './').replace(/(?<=.)\/+$/, '');
  if (folder.includes('\0')) throw invalid('the folder of the sftp: URL has a character that no folder can have');
  return folder === '.' ? '.' : folder.replace(/^\.\//, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AdcsBackupError('invalid-location', 'the sftp: URL has a % that begins no character', {
      hint: 'Write %25 for a percent sign.',
      cause,
    });
  }
}

function invalid(message: string, hint: string = form): AdcsBackupError {
  return new AdcsBackupError('invalid-location', message, { hint });
}
