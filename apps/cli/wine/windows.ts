import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StandinCa } from '@adcs-backup/standin';
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

/** The path of this machine for one on drive C of Windows. */
export function hereOf(windowsPath: string): string {
  return join(machine.driveC, ...windowsPath.split('\\').slice(1));
}

/** A CA, gone after the test; its library is the system's, too. */
export async function newCa(): Promise<{ readonly ca: StandinCa; readonly library: string }> {
  const folder = await newFolder('CA');
  const ca = await machine.createCa('CA', { databaseBytes: 2 * 1024 * 1024, logCount: 2 });
  await ca.recordDigests(true);
  const library = await ca.serveFrom(machine.systemDirectory, folder.path);
  onTestFinished(() => rm(library));
  return { ca, library: `${folder.path}\\certadm.dll` };
}
