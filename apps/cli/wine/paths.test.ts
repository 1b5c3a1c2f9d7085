import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adcsBackup, hereOf, machine, newCa, newFolder, type WindowsFolder } from './windows.ts';

/** Paths as people write them on Windows, for sinks and for restores. */

/** Another drive, empty, unplugged after the test. */
async function plugIn(letter: string): Promise<WindowsFolder> {
  const here = join(machine.folder, `disk-${letter}`);
  const device = join(machine.folder, 'prefix', 'dosdevices', `${letter}:`);
  await mkdir(here);
  await symlink(here, device);
  onTestFinished(async () => {
    await rm(device);
    await rm(here, { recursive: true });
  });
  return { path: `${letter.toUpperCase()}:\\`, here };
}

/** A set on a disk that was plugged in. */
async function setOnDisk(): Promise<WindowsFolder> {
  const { library } = await newCa();
  const disk = await plugIn('e');
  const { code, stdout } = await adcsBackup(['backup', disk.path, '--type', 'full', '--certadm', library, '--json']);
  expect(code, stdout).toBe(0);
  return disk;
}

describe('a sink', () => {
  it('is the root of a drive, however that is written', async () => {
    const disk = await setOnDisk();
    expect((await readdir(disk.here)).sort()).toEqual(['data', 'sets']);
    for (const text of ['E:\\', 'e:/', '\\\\?\\E:\\', 'file:///E:/']) {
      const { code, stdout } = await adcsBackup(['list', text]);
      expect([code, stdout.match(/-full/g)?.length], text).toEqual([0, 1]);
    }
  });

  it.each(['E:', 'E:Backups', 'C:\\nul', 'C:\\ends.'])('is not %s', async (text) => {
    const { code, stderr } = await adcsBackup(['list', text]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${JSON.stringify(text)} is not a folder's path`);
  });

  it('is not a share that is not there, which is never made', async () => {
    const { code, stderr } = await adcsBackup(['list', '\\\\nas\\share\\ca']);
    expect(code).toBe(2);
    expect(stderr).toContain("folder \\\\nas\\share\\ca isn't there");
  });
});

describe('a restore', () => {
  it.each([
    ['a path of more than 260 characters', `C:\\Restored\\${'long-'.repeat(30)}\\${'path-'.repeat(30)}`],
    ['other alphabets and slashes', 'C:/Restored/Wiederherstellung für Ärzte/バックアップ'],
  ])('writes to %s', async (_what, to) => {
    const disk = await setOnDisk();
    await newFolder('Restored');
    const { code, stdout, stderr } = await adcsBackup(['restore', disk.path, 'latest', '--to', to]);
    expect(code, stdout + stderr).toBe(0);
    const written = await readdir(hereOf(to.replaceAll('/', '\\')));
    expect(written.sort()).toEqual(['DataBase', 'DynamicFiles', 'restored-set.json']);
  });

  it.each(['E:', 'E:Restored', 'C:\\aux\\ca', 's3://bucket/restored'])('never writes to %s', async (to) => {
    const sink = await newFolder('Backups');
    const { code, stderr } = await adcsBackup(['restore', sink.path, 'latest', '--to', to]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${JSON.stringify(to)} is not a folder's path`);
  });
});
