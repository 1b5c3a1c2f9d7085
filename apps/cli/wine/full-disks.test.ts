import { mkdir, readdir } from 'node:fs/promises';
import { execute } from '@adcs-backup/wine';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa, newFolder, type WindowsFolder } from './windows.ts';

/** Disks without room, on either side. */

const isRoot = process.getuid?.() === 0;
const reason = isRoot ? '' : ' (skipped: only root can mount a small disk)';

/** A folder on a disk of its own, of this size. */
async function newDisk(size: string): Promise<WindowsFolder> {
  const disk = await newFolder('Disk');
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk.here]);
  onTestFinished(async () => {
    await execute('umount', [disk.here]);
  });
  return disk;
}

describe.runIf(isRoot)(`a full disk${reason}`, () => {
  it('of the sink ends the backup with 13, and a set that was there stays sound', async () => {
    const { ca } = await newCa();
    const disk = await newDisk('4m');
    const first = await adcsBackup(['backup', disk.path]);
    expect(first.code, first.stderr).toBe(0);
    const { code, stdout } = await adcsBackup(['backup', disk.path, '--new-chain', '--json']);
    expect(code, stdout).toBe(13);
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({ type: 'error', code: 'sink-full', hint: expect.stringContaining('Make room') }),
    );
    expect((await ca.report()).sessions.left).toBe(0);
    const verify = await adcsBackup(['verify', disk.path, '--read-data']);
    expect(verify.code, verify.stdout).toBe(0);
  });

  it('of the restore ends it with 1 before anything is written', async () => {
    await newCa();
    const sink = await newFolder('Backups');
    expect((await adcsBackup(['backup', sink.path])).code).toBe(0);
    const disk = await newDisk('1m');
    await mkdir(`${disk.here}/CA`);
    const { code, stderr } = await adcsBackup(['restore', sink.path, 'latest', '--to', `${disk.path}\\CA`]);
    expect(stderr).toMatch(/error: C:\\Disk\\CA has 1 MiB free, the set needs \d+ MiB/);
    expect(stderr).toContain('hint:  Choose a folder on a larger disk');
    expect(code).toBe(1);
    expect(await readdir(`${disk.here}/CA`)).toEqual([]);
  });
});
