import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BackupSink } from '@adcs-backup/core/sink';
import type { SftpAccess } from '@adcs-backup/test-servers';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { expect, it, onTestFinished } from 'vitest';
import { openSink } from './open-sink.ts';

const run = promisify(execFile);

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sink-sftp-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describeWithSshd('who the server is', (access) => {
  /** Opens a sink that knows these lines; `*` stands for the server. */
  async function openKnowing(...lines: readonly string[]): Promise<BackupSink> {
    const knownHostsFile = join(await tempFolder(), 'known_hosts');
    await writeFile(
      knownHostsFile,
      lines.map((line) => `${line}\n`.replace('*', `[${access.host}]:${access.port}`)).join(''),
    );
    return await openSink(access, access.folder, { knownHostsFile });
  }

  it('is known by the key that was written down, among others', async () => {
    const sink = await openKnowing(`* ssh-rsa AAAA`, `* ${access.hostKey}`, `* ssh-dss AAAA`);
    expect(sink.location).toContain(access.folder);
  });

  it('is refused when no key is written down, with the one that was shown', async () => {
    const path = join(await tempFolder(), 'key.pub');
    await writeFile(path, `${access.hostKey}\n`);
    const { stdout } = await run('ssh-keygen', ['-l', '-f', path]);
    const fingerprint = /SHA256:\S+/.exec(stdout)?.[0] ?? 'none';
    const opening = openKnowing(`elsewhere ${access.hostKey}`);
    await expect(opening).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(opening).rejects.toThrow(`${fingerprint}, is unknown`);
  });

  it('is refused when another key is written down', async () => {
    const other = join(await tempFolder(), 'other');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const { stdout } = await run('ssh-keygen', ['-y', '-f', other]);
    const opening = openKnowing(`* ${stdout.trim()}`);
    await expect(opening).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(opening).rejects.toThrow('is another one than before');
  });

  it('is refused when its key is revoked', async () => {
    const opening = openKnowing(`* ${access.hostKey}`, `@revoked * ${access.hostKey}`);
    await expect(opening).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(opening).rejects.toThrow('is revoked');
  });

  it('is refused when it has no key of a type that is written down', async () => {
    const opening = openKnowing('* ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7');
    await expect(opening).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(opening).rejects.toMatchObject({ hint: expect.stringContaining('host key') });
  });

  it('is not asked when there is no file of known hosts', async () => {
    const knownHostsFile = join(await tempFolder(), 'none');
    await expect(openSink(access, access.folder, { knownHostsFile })).rejects.toMatchObject({
      code: 'invalid-configuration',
      hint: expect.stringContaining('ADCS_BACKUP_SFTP_KNOWN_HOSTS'),
    });
  });
});

describeWithSshd('who logs in', (access) => {
  it('is known by an encrypted key and its passphrase', async () => {
    const keyFile = await encryptedKey(access, 'made-up-passphrase');
    const sink = await openSink(access, access.folder, { keyFile, passphrase: 'made-up-passphrase' });
    expect(await sink.settings?.()).toMatchObject([
      { name: 'credentials', message: `logged in by the key in ${keyFile}` },
      { name: 'host-key' },
    ]);
  });

  it.each([{}, { passphrase: 'another-passphrase' }])(
    'is not asked for with a passphrase that does not fit: %j',
    async (given) => {
      const keyFile = await encryptedKey(access, 'made-up-passphrase');
      const opening = openSink(access, access.folder, { keyFile, ...given });
      await expect(opening).rejects.toMatchObject({
        code: 'invalid-configuration',
        hint: expect.stringContaining('ADCS_BACKUP_SFTP_PASSPHRASE'),
      });
    },
  );

  it('is not asked for without the key file', async () => {
    const keyFile = join(await tempFolder(), 'none');
    await expect(openSink(access, access.folder, { keyFile })).rejects.toMatchObject({
      code: 'invalid-configuration',
      hint: expect.stringContaining('ADCS_BACKUP_SFTP_KEY'),
    });
  });

  it('may be vouched for by an agent', async () => {
    const agent = join(await tempFolder(), 'agent');
    const { stdout } = await run('ssh-agent', ['-s', '-a', agent]);
    onTestFinished(() => void process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1])));
    await run('ssh-add', ['-q', access.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: agent } });
    const sink = await openSink(access, access.folder, { keyFile: undefined, agent });
    expect(sink.location).toContain(access.folder);
  });

  it('is refused with an agent that is not there', async () => {
    const agent = join(await tempFolder(), 'agent');
    await expect(openSink(access, access.folder, { keyFile: undefined, agent })).rejects.toMatchObject({
      code: 'sink-denied',
      retryable: false,
    });
  });

  it('is refused with a wrong password, which is told nobody', async () => {
    const password = 'made-up-password';
    const opening = openSink(access, access.folder, { keyFile: undefined, password });
    await expect(opening).rejects.toMatchObject({ code: 'sink-denied', retryable: false });
    await expect(opening).rejects.not.toThrow(password);
  });
});

async function encryptedKey({ keyFile }: SftpAccess, passphrase: string): Promise<string> {
  const path = join(await tempFolder(), 'key');
  await copyFile(keyFile, path);
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', path]);
  return path;
}
