import { readFile } from 'node:fs/promises';
import { AdcsBackupError } from '@adcs-backup/core/sink';
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { sftpError } from './errors.ts';
import { HostKeyCheck } from './host-key.ts';
import { knownKeys } from './known-hosts.ts';
import { type SftpLocation, serverText } from './location.ts';
import type { Login } from './login.ts';
import { Requests } from './requests.ts';
import { Session } from './session.ts';

/** A server, and how to get in. */
export interface Door {
  readonly location: SftpLocation;
  readonly login: Login;
}

/** From the first packet until the login is through. */
const loginMs = 20_000;
/** A server that is silent for three times as long is dead. */
const keepaliveMs = 15_000;

/**
 * Connects to a server whose host key is known, and logs in.
 * @throws `sink-unreachable`, `sink-denied`, `invalid-configuration`, `invalid-location`
 */
export async function connect(door: Door, signal: AbortSignal): Promise<Session> {
  const server = serverText(door.location);
  const hostKey = await hostKeyCheckOf(door, server);
  const config = await configOf(door, hostKey);
  const client = new Client();
  const hangUp = (): void => void client.destroy();
  signal.addEventListener('abort', hangUp);
  try {
    signal.throwIfAborted();
    return new Session(new Requests(client, await sftpOf(client, config)), server);
  } catch (error) {
    hangUp();
    throw hostKey.refusal ?? sftpError(`can't log in to ${server}`, error);
  } finally {
    signal.removeEventListener('abort', hangUp);
  }
}

async function sftpOf(client: Client, config: ConnectConfig): Promise<SFTPWrapper> {
  return await new Promise((resolve, reject) => {
    // Stays for good: without it, whatever the client says after the first error would end the process.
    client.on('error', reject);
    client.once('close', () => reject(new Error('the server closed the connection')));
    // A request is small, and followed by waiting for its answer.
    client.once('connect', () => client.setNoDelay(true));
    client.once('ready', () => {
      client.sftp((error, sftp) => {
        if (error) reject(noSftpError(error));
        else resolve(sftp);
      });
    });
    try {
      client.connect(config);
    } catch (error) {
      reject(badKeyError(error));
    }
  });
}

async function hostKeyCheckOf({ location, login }: Door, server: string): Promise<HostKeyCheck> {
  const file = login.knownHostsFile;
  const text = (await readNamed(file, 'ADCS_BACKUP_SFTP_KNOWN_HOSTS')).toString();
  return new HostKeyCheck(server, knownKeys(text, location.host, location.port), file);
}

async function configOf({ location, login }: Door, hostKey: HostKeyCheck): Promise<ConnectConfig> {
  const { keyFile, passphrase, agent, password } = login;
  const serverHostKey = hostKey.algorithms;
  return {
    host: location.host,
    port: location.port,
    username: location.user,
    hostVerifier: (shown: Buffer) => hostKey.accepts(shown),
    readyTimeout: loginMs,
    keepaliveInterval: keepaliveMs,
    ...(serverHostKey.length === 0 ? {} : { algorithms: { serverHostKey } }),
    ...(keyFile === undefined ? {} : { privateKey: await readNamed(keyFile, 'ADCS_BACKUP_SFTP_KEY') }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(agent === undefined ? {} : { agent }),
    ...(password === undefined ? {} : { password }),
  };
}

async function readNamed(file: string, variable: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AdcsBackupError('invalid-configuration', `can't read ${file}`, {
      hint: `${variable} names the file: check that it is there, and that the account of the backup may read it.`,
      cause,
    });
  }
}

/** Its number may be that of the program that ended: it must not be taken for an answer of SFTP. */
function noSftpError(cause: Error): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `the server doesn't start SFTP: ${cause.message}`, {
    hint: 'Switch SFTP on at the server, and allow it to the user.',
    cause,
  });
}

/** ssh2 looks at the key before it connects. */
function badKeyError(cause: unknown): AdcsBackupError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AdcsBackupError('invalid-configuration', `the login can't be used: ${why}`, {
    hint: 'Check the file that ADCS_BACKUP_SFTP_KEY names, and the passphrase in ADCS_BACKUP_SFTP_PASSPHRASE.',
    cause,
  });
}
