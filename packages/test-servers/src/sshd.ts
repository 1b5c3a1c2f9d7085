import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Daemon, isListening } from './daemon.ts';
import { freePort } from './free-port.ts';
import { installed, missingOf } from './installed.ts';

/** How to reach an SFTP server: plain data, the same in every process of a test run. */
export interface SftpAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** File of the private key (ed25519, OpenSSH's format, no passphrase) that may log in. */
  readonly keyFile: string;
  /** A key like it that may not. */
  readonly strangerKeyFile: string;
  /** The server's public key, as in `known_hosts`: type and Base64. */
  readonly hostKey: string;
  /** A `known_hosts` file with the server in it. */
  readonly knownHostsFile: string;
  /** An empty folder, by its absolute path. */
  readonly folder: string;
}

export interface SftpServer extends AsyncDisposable {
  readonly access: SftpAccess;
  readonly pid: number;
  /** `SIGKILL` unless told otherwise. Connections that are open live on. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port, with the same keys. */
  restart(): Promise<void>;
}

/** Why {@link startSshd} can't work here; undefined when it can. */
export function sshdMissing(): string | undefined {
  return missingOf(['sshd', 'ssh-keygen'], 'openssh-server openssh-client');
}

/** OpenSSH's server, for SFTP by the current user alone. */
export async function startSshd(): Promise<SftpServer> {
  const place = await mkdtemp(join(tmpdir(), 'adcs-backup-sshd-'));
  const port = await freePort();
  const access = await prepare(place, port);
  let daemon = await startDaemon(place, port);
  return {
    access,
    get pid() {
      return daemon.pid;
    },
    kill: (signal) => daemon.kill(signal),
    async restart() {
      daemon = await startDaemon(place, port);
    },
    async [Symbol.asyncDispose]() {
      await daemon.kill();
      await rm(place, { recursive: true, force: true });
    },
  };
}

async function prepare(place: string, port: number): Promise<SftpAccess> {
  for (const name of ['host', 'client', 'stranger']) {
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(place, name)]);
  }
  const authorised = join(place, 'authorized_keys');
  await copyFile(join(place, 'client.pub'), authorised);
  await chmod(authorised, 0o600);
  const hostKey = (await readFile(join(place, 'host.pub'), 'utf8')).trim();
  await writeFile(join(place, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  await writeFile(join(place, 'sshd_config'), configuration(place, port));
  const folder = join(place, 'folder');
  await mkdir(folder);
  // Every sshd of root insists on it; Debian makes it when the service starts.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const client = { keyFile: join(place, 'client'), strangerKeyFile: join(place, 'stranger') };
  const server = { host: '127.0.0.1', port, hostKey, knownHostsFile: join(place, 'known_hosts') };
  return { ...server, ...client, user: userInfo().username, folder };
}

/** Strict about nobody's folders: the temporary one lies below /tmp, which is everybody's. */
function configuration(place: string, port: number): string {
  return `ListenAddress 127.0.0.1
Port ${port}
HostKey ${place}/host
AuthorizedKeysFile ${place}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
Subsystem sftp internal-sftp
ForceCommand internal-sftp
AllowTcpForwarding no
`;
}

/** It starts itself again for each connection, so it wants to be called by its full path. */
async function startDaemon(place: string, port: number): Promise<Daemon> {
  const daemon = new Daemon({
    program: installed('sshd') ?? 'sshd',
    args: ['-D', '-e', '-f', join(place, 'sshd_config')],
  });
  await daemon.until(() => isListening(port));
  return daemon;
}
