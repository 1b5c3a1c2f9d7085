import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaShape, StandinCa } from '@adcs-backup/standin';
import { type Ended, type RunOptions, WineMachine } from '@adcs-backup/wine';
import { inject, onTestFinished } from 'vitest';

/** The Windows machine of the tests, as somebody sees it who administers it. */

export const machine: WineMachine = WineMachine.at(inject('wineFolder'));

/** Where the executable is installed, for Windows. */
export const programFolder = 'C:\\Program Files\\adcs-backup';

/** Runs the installed executable. */
export function adcsBackup(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return machine.run(`${programFolder}\\adcs-backup.exe`, args, options);
}

export interface WindowsFolder {
  /** For Windows. */
  readonly path: string;
  /** The same folder, for this machine. */
  readonly here: string;
}

/** A folder on drive C, gone after the test. */
export async function newFolder(name: string): Promise<WindowsFolder> {
  const here = join(machine.driveC, name);
  await mkdir(here);
  onTestFinished(() => rm(here, { recursive: true, force: true }));
  return { path: `C:\\${name}`, here };
}

/**
 * Plugs in another drive, `e:`, or a share of another computer, `unc/nas/share`, gone after the test.
 * @returns where this machine finds it
 */
export async function plugIn(device: string): Promise<string> {
  await machine.plugIn(device);
  const disk = join(machine.folder, 'disks', device);
  onTestFinished(async () => {
    await rm(join(machine.folder, 'prefix', 'dosdevices', device));
    await rm(disk, { recursive: true });
  });
  return disk;
}

/**
 * Runs lines as somebody types them into a command prompt; the command is found by its name.
 * Its exit code is that of the last line.
 */
export async function typed(lines: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const script = `typed-${randomUUID()}.cmd`;
  const path = `set PATH=${programFolder};%PATH%`;
  await writeFile(join(machine.driveC, script), ['@echo off', path, ...lines, 'exit %ERRORLEVEL%', ''].join('\r\n'));
  onTestFinished(() => rm(join(machine.driveC, script)));
  return await machine.run('cmd', ['/c', `C:\\${script}`], options);
}

/** The path of this machine for one on drive C of Windows. */
export function hereOf(windowsPath: string): string {
  return join(machine.driveC, ...windowsPath.split('\\').slice(1));
}

/** A CA, gone after the test; its library is the system's, too. */
export async function newCa(shape: CaShape = {}): Promise<{ readonly ca: StandinCa; readonly library: string }> {
  const folder = await newFolder('CA');
  const ca = await machine.createCa('CA', { databaseBytes: 2 * 1024 * 1024, logCount: 2, ...shape });
  await ca.recordDigests(true);
  const library = await ca.serveFrom(machine.systemDirectory, folder.path);
  onTestFinished(() => rm(library));
  return { ca, library: `${folder.path}\\certadm.dll` };
}
