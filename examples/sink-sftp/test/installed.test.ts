import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareRestored, createCa, type RestoredFile, type StandinReport } from '@adcs-backup/standin';
import { describeWithSshd } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Installation, registryMissing } from './installation.ts';
import { newFolder } from './open-sink.ts';
import { writePageTo } from './page.ts';

const missing = await registryMissing();
const slow = 600_000;

describe.skipIf(missing !== undefined)(`a sink installed from its tarball beside the command${missing ?? ''}`, () => {
  let installed: Installation;
  beforeAll(async () => {
    installed = await Installation.make();
  }, slow);
  afterAll(() => installed?.remove());

  async function tempFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'sink-sftp-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return folder;
  }

  /** A package of this name below `folder` that leaves a mark when it is loaded. */
  async function plant(folder: string, name: string): Promise<string> {
    const place = join(folder, 'node_modules', name);
    const mark = join(folder, 'loaded');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
    await writeFile(
      join(place, 'index.js'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');`,
    );
    return mark;
  }

  describeWithSshd('for SFTP', (access) => {
    const login = { ADCS_BACKUP_SFTP_KEY: access.keyFile, ADCS_BACKUP_SFTP_KNOWN_HOSTS: access.knownHostsFile };

    it('takes fulls and logs by its scheme, and gives back what the CA handed out', { timeout: slow }, async () => {
      const [folder, remote] = [await tempFolder(), await newFolder(access)];
      const sink = `sftp://${access.user}@${access.host}:${access.port}${remote}`;
      const mark = await plant(folder, 'adcs-backup-sink-sftp');
      const ca = await createCa(join(folder, 'ca'), { databaseBytes: 1024 * 1024, logCount: 3, checkpointLag: 2 });
      await ca.recordDigests(true);

      const run = async (...args: readonly string[]): Promise<string> => {
        const { exitCode, stdout, stderr } = await installed.run(args, folder, login);
        expect({ exitCode, stderr }, args.join(' ')).toMatchObject({ exitCode: 0 });
        return stdout;
      };
      const backUp = async (type: string): Promise<StandinReport['digests']> => {
        await ca.clearReport();
        const stdout = await run('backup', sink, '--type', type, '--truncate-logs', '--certadm', ca.library);
        expect(stdout).toMatch(new RegExp(`^Set \\S+-${type} is sealed and sound\\.$`, 'm'));
        return (await ca.report()).digests;
      };

      await backUp('full');
      await ca.issueCertificates({ changedPages: 20, appendedPages: 5, logs: 2 });
      const full = await backUp('full');
      await ca.issueCertificates({ changedPages: 5, logs: 2 });
      const logs = await backUp('logs-only');
      expect(await readdir(remote)).toEqual(['data', 'sets']);
      expect((await run('list', sink)).match(/Z-(?:full|logs-only)/g)).toHaveLength(3);
      await run('verify', sink, '--read-data');

      const restored = await run('restore', sink, 'latest', '--to', join(folder, 'restored'), '--json');
      const { identical, differences } = await compareRestored(
        restoredFiles(restored),
        [...full, ...logs],
        ca.enrollFolder,
      );
      expect(differences).toEqual([]);
      expect(identical.length).toBeGreaterThan(4);
      expect(existsSync(mark)).toBe(false);
    });

    it('says what is missing for a login, as every command does', async () => {
      const sink = `sftp://${access.user}@${access.host}:${access.port}${access.folder}`;
      const { exitCode, stderr } = await installed.run(['list', sink], await tempFolder(), {});
      expect(stderr).toMatch(
        /^error: no key, agent or password is given for the SFTP server\nhint: {2}Set ADCS_BACKUP_SFTP_KEY/,
      );
      expect(exitCode).toBe(2);
    });
  });

  it('may be one that somebody wrote by the page', { timeout: slow }, async () => {
    const [folder, written] = [await tempFolder(), join(installed.folder, 'written')];
    await writePageTo(written);
    await installed.add(written);
    const ca = await createCa(join(folder, 'ca'), { databaseBytes: 256 * 1024, logCount: 1, checkpointLag: 1 });
    const sink = `sqlite://${folder}/backup.db`;
    for (const args of [
      ['sink', 'check', sink],
      ['backup', sink, '--certadm', ca.library],
      ['verify', sink, '--read-data'],
      ['list', sink],
    ]) {
      const { exitCode, stderr } = await installed.run(args, folder, {});
      expect({ exitCode, stderr }, args.join(' ')).toMatchObject({ exitCode: 0 });
    }
  });

  it('is what a command may take; a package in the current folder is not', async () => {
    const folder = await tempFolder();
    const mark = await plant(folder, 'adcs-backup-sink-planted');
    for (const named of [[], ['--sink-package', 'adcs-backup-sink-planted']]) {
      const { exitCode, stderr } = await installed.run(['list', 'planted://x', ...named], folder, {});
      expect(stderr).toMatch(/package adcs-backup-sink-planted is not installed/);
      expect(exitCode).toBe(2);
    }
    expect(existsSync(mark)).toBe(false);
  });
});

/** Of the line that `restore --json` ends with. */
function restoredFiles(printed: string): readonly RestoredFile[] {
  const line = printed.split('\n').find((each) => each.includes('"type":"set-restored"'));
  const { files }: { files: readonly RestoredFile[] } = JSON.parse(line ?? '{}');
  return files;
}
