import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { SftpAccess } from '../src/sshd.ts';
import { describeWithSshd } from '../src/vitest/describe-with-server.ts';

async function sftp(access: SftpAccess, keyFile: string, batch: string): Promise<void> {
  const options = ['-o', `UserKnownHostsFile=${access.knownHostsFile}`, '-o', 'IdentitiesOnly=yes', '-i', keyFile];
  const running = promisify(execFile)('sftp', [
    ...['-b', '-', ...options, '-P', `${access.port}`, `${access.user}@${access.host}`],
  ]);
  running.child.stdin?.end(batch);
  await running;
}

describeWithSshd('sshd', (access) => {
  it('takes a file from the holder of the key', async () => {
    await sftp(access, access.keyFile, `put ${import.meta.filename} ${access.folder}/round-trip\n`);
    expect(await readdir(access.folder)).toContain('round-trip');
  });

  it('knows nobody else', async () => {
    await expect(sftp(access, access.strangerKeyFile, 'ls\n')).rejects.toThrow('Permission denied');
  });
});
