import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareRestored, createCa } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import { newFolder as newLinuxFolder } from '../test/place.ts';
import { cli } from '../test/run-cli.ts';
import { restoredFiles } from './restored.ts';
import { adcsBackup, newCa, newFolder } from './windows.ts';

/** One repository, two systems: what the executable writes under Windows, the command reads on Linux, and the other way round. */

/** SHA-256 of every file below a folder, by its path there. */
async function digestsBelow(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const digests = paths.sort().map(async (path) => [path.slice(folder.length), hash('sha256', await readFile(path))]);
  return Object.fromEntries(await Promise.all(digests));
}

describe('a repository', () => {
  it('written under Windows is verified and restored on Linux, byte for byte what Windows restores', async () => {
    const { ca } = await newCa();
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    const backup = await adcsBackup(['backup', sink.path, '--truncate-logs']);
    expect(backup.code, backup.stderr).toBe(0);
    const onLinux = join(await newLinuxFolder(), 'restored');
    const verify = await cli(['verify', sink.here, '--read-data', '--ese']);
    expect(verify.exitCode, `${verify.stdout}${verify.stderr}`).toBe(0);
    const restore = await cli(['restore', sink.here, 'latest', '--to', onLinux, '--json']);
    expect(restore.exitCode, restore.stderr).toBe(0);
    const { digests } = await ca.report();
    const files = restoredFiles(restore.stdout, (path) => path);
    expect((await compareRestored(files, digests, ca.enrollFolder)).differences).toEqual([]);
    const again = await adcsBackup(['restore', sink.path, 'latest', '--to', `${target.path}\\CA`]);
    expect(again.code, again.stderr).toBe(0);
    const [windows, linux] = [await digestsBelow(join(target.here, 'CA')), await digestsBelow(onLinux)];
    expect(Object.keys(windows).length).toBeGreaterThan(5);
    expect(windows).toEqual(linux);
  });

  it('written on Linux is verified and restored under Windows', async () => {
    const ca = await createCa(join(await newLinuxFolder(), 'ca'), { databaseBytes: 2 * 1024 * 1024, logCount: 2 });
    await ca.recordDigests(true);
    const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
    const backup = await cli(['backup', sink.here, '--certadm', ca.library, '--truncate-logs']);
    expect(backup.exitCode, backup.stderr).toBe(0);
    const verify = await adcsBackup(['verify', sink.path, '--read-data', '--ese']);
    expect(verify.code, `${verify.stdout}${verify.stderr}`).toBe(0);
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', `${target.path}\\CA`, '--json']);
    expect(restore.code, restore.stderr).toBe(0);
    const { digests } = await ca.report();
    const files = restoredFiles(restore.stdout);
    expect((await compareRestored(files, digests, ca.enrollFolder)).differences).toEqual([]);
  });

  it('has the same objects, whichever system copies it', async () => {
    await newCa();
    const [sink, second] = [await newFolder('Backups'), await newFolder('Second')];
    const backup = await adcsBackup(['backup', sink.path]);
    expect(backup.code, backup.stderr).toBe(0);
    const third = await newLinuxFolder();
    expect((await adcsBackup(['copy', sink.path, second.path])).code).toBe(0);
    expect((await cli(['copy', sink.here, third])).exitCode).toBe(0);
    expect(await digestsBelow(second.here)).toEqual(await digestsBelow(sink.here));
    expect(await digestsBelow(third)).toEqual(await digestsBelow(sink.here));
  });
});
