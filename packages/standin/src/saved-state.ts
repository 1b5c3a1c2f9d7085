import { constants } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaLayout } from './layout.ts';
import { readSettings, writeSettings } from './settings-file.ts';

/** What belongs to the tests, not to the CA, and never goes back. */
const KEPT_SETTINGS: ReadonlySet<string> = new Set(['version', 'digest', 'unchecked']);

/** Copies all files of a CA, as a snapshot of its virtual machine does. Nothing may be issued meanwhile. */
export async function saveState(layout: CaLayout, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [from, name] of savedFolders(layout)) await copyFolder(from, join(folder, name));
  writeSettings(join(folder, 'state.txt'), readSettings(layout.state));
}

/** Puts back what was saved: signatures stay, and the logs written from now on have numbers that others had. */
export async function revertTo(layout: CaLayout, folder: string): Promise<void> {
  const saved = readSettings(join(folder, 'state.txt')).filter(([key]) => !KEPT_SETTINGS.has(key));
  const kept = readSettings(layout.state).filter(([key]) => KEPT_SETTINGS.has(key));
  for (const [to, name] of savedFolders(layout)) {
    await rm(to, { recursive: true });
    await copyFolder(join(folder, name), to);
  }
  writeSettings(layout.state, [...saved, ...kept]);
}

function savedFolders({ logFolder, enrollFolder }: CaLayout): readonly (readonly [string, string])[] {
  return [
    [logFolder, 'CertLog'],
    [enrollFolder, 'CertEnroll'],
  ];
}

async function copyFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, errorOnExist: true, force: false, mode: constants.COPYFILE_FICLONE });
}
