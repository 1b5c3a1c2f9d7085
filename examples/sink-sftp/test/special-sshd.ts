import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SftpAccess } from '@adcs-backup/test-servers';
import { onTestFinished } from 'vitest';

const filter = fileURLToPath(new URL('faulty-sftp-server.ts', import.meta.url));

/** OpenSSH with other options of its SFTP server, for instance `-R`: read-only. */
export async function startSpecialSshd(access: SftpAccess, options: string): Promise<SftpAccess> {
  return await startSshdWith(access, `internal-sftp ${options}`);
}

/** OpenSSH whose SFTP server gives other answers: see faulty-sftp-server.ts. */
export async function startFaultySshd(access: SftpAccess, ...faults: readonly string[]): Promise<SftpAccess> {
  return await startSshdWith(
    access,
    `${process.execPath} --disable-warning=ExperimentalWarning ${filter} ${faults.join(' ')}`,
  );
}

/** For one test: an sshd for each connection, as inetd began them. */
async function startSshdWith(access: SftpAccess, command: string): Promise<SftpAccess> {
  const place = await mkdtemp(join(tmpdir(), 'sink-sftp-'));
  const hostKeyFile = join(place, 'host');
  const run = promisify(execFile);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKeyFile]);
  const { stdout: authorised } = await run('ssh-keygen', ['-y', '-f', access.keyFile]);
  await writeFile(join(place, 'authorized_keys'), authorised, { mode: 0o600 });
  const { stdout: hostKey } = await run('ssh-keygen', ['-y', '-f', hostKeyFile]);
  const running = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const sshd of running) sshd.kill();
    server.close();
    await rm(place, { recursive: true });
  });
  const config = join(place, 'config');
  await writeFile(
    config,
    `HostKey ${hostKeyFile}\nAuthorizedKeysFile ${place}/authorized_keys\nStrictModes no\nUsePAM no
Subsystem sftp internal-sftp\nForceCommand ${command}\n`,
  );
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const sshd = spawn('/usr/sbin/sshd', ['-i', '-f', config], { stdio: [socket, socket, 'ignore'] });
    // It has the socket now.
    sshd.once('spawn', () => socket.destroy());
    running.add(sshd);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
  const knownHostsFile = join(place, 'known_hosts');
  await writeFile(knownHostsFile, `[127.0.0.1]:${address.port} ${hostKey}`);
  return { ...access, port: address.port, hostKey, knownHostsFile };
}
