import { accessSync, constants, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { openBorg } from './borg.ts';
import { openOurs } from './ours.ts';
import { openRestic } from './restic.ts';
import type { Tool } from './tool.ts';

/** CA, a copy of it, what it handed out, repositories of three tools, a restore: in database sizes, rounded up. */
const SPACE_FACTOR = 7;

/** @throws when the bench can't run here */
export function checkPlatform(): void {
  if (process.platform !== 'linux') throw new Error('the bench runs on Linux only: it reads /proc for memory');
}

/** @throws when the folder has too little space for a database of this size */
export function checkSpace(dir: string, databaseBytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  const [free, needed] = [bavail * bsize, databaseBytes * SPACE_FACTOR];
  if (free >= needed) return;
  const [freeGib, neededGib] = [free, needed].map((bytes) => (bytes / 2 ** 30).toFixed(1));
  throw new Error(`${dir} has ${freeGib} GiB free, ${neededGib} are needed: name another folder with --dir`);
}

/** Ours, and those of the others that are installed; says what to install for the rest. */
export async function openTools(say: (text: string) => void): Promise<readonly Tool[]> {
  const tools = [await openOurs()];
  if (isInstalled('restic')) tools.push(await openRestic());
  else say('restic is not installed, so there is no comparison with it. On Debian: apt-get install restic');
  if (isInstalled('borg')) tools.push(await openBorg());
  else say('borg is not installed, so there is no comparison with it. On Debian: apt-get install borgbackup');
  return tools;
}

/** Whether a command of this name is on the PATH. */
export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
