import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adcsBackup, newCa, newFolder, plugIn, type WindowsFolder } from './windows.ts';

/** Folders named by the share that they lie in. Wine finds those among its devices: nothing here speaks SMB. */

/** A share on another computer, gone after the test. */
async function newShare(): Promise<WindowsFolder> {
  return { here: await plugIn('unc/nas/pki share'), path: '\\\\nas\\pki share' };
}

describe('a share', () => {
  it('takes a backup, and gives it back, by its name', async () => {
    await newCa();
    const share = await newShare();
    const target = await newFolder('Restored');
    await mkdir(join(share.here, 'ca01'));
    const sink = `${share.path}\\ca01`;
    const backup = await adcsBackup(['backup', sink, '--truncate-logs']);
    expect(backup.code, backup.stderr).toBe(0);
    expect(backup.stdout).toContain(`where       ${sink}`);
    expect((await readdir(join(share.here, 'ca01'))).sort()).toEqual(['data', 'sets']);
    const verify = await adcsBackup(['verify', sink, '--read-data']);
    expect(verify.code, verify.stdout).toBe(0);
    const restore = await adcsBackup(['restore', sink, 'latest', '--to', `${target.path}\\CA`]);
    expect(restore.code, restore.stderr).toBe(0);
  });

  it('is restored to by its name, and copied to by its URL', async () => {
    await newCa();
    const share = await newShare();
    const sink = await newFolder('Backups');
    const backup = await adcsBackup(['backup', sink.path]);
    expect(backup.code, backup.stderr).toBe(0);
    const restore = await adcsBackup(['restore', sink.path, 'latest', '--to', `${share.path}\\restored`]);
    expect(restore.code, restore.stderr).toBe(0);
    expect(await readdir(join(share.here, 'restored'))).toContain('DataBase');
    await mkdir(join(share.here, 'copy'));
    const copy = await adcsBackup(['copy', sink.path, 'file://nas/pki%20share/copy']);
    expect(copy.code, copy.stderr).toBe(0);
    expect((await readdir(join(share.here, 'copy'))).sort()).toEqual(['data', 'sets']);
  });
});
