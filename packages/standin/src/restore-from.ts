import { readdirSync } from 'node:fs';
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { logGeneration } from '@adcs-backup/ese';
import { type CaFiles, readCaFiles } from './ca-files.ts';
import { withCaLock } from './ca-lock.ts';
import { moveCheckpoint } from './checkpoint.ts';
import { requireLogs } from './header-pages.ts';
import type { CaLayout } from './layout.ts';
import { replayLogs } from './replay-logs.ts';
import { checkFit, type SoundLog, soundLogs } from './restorable.ts';
import { beginLogAfter } from './roll-log.ts';
import { soundDatabase } from './sound-database.ts';

/** Files that a running engine has, and no backup. */
const NEVER_RESTORED = ['edb.log', 'edb.chk'];

/**
 * What `certutil -f -restoreDB` and the next start of the service leave of a CA whose service was stopped.
 * @param folder holds the streaming copies, their logs, and `certbkxp.dat`
 * @throws when the engine would refuse it; the CA is as it was then
 */
export async function restoreFrom(layout: CaLayout, folder: string): Promise<void> {
  const ca = readCaFiles(layout);
  const { logs, highest } = await checkFolder(ca, folder);
  await replaceFiles(ca, folder, logs);
  const paths = logs.map(({ path }) => join(layout.logFolder, basename(path)));
  for (const { path } of ca.databases) await replayLogs(path, paths);
  await withCaLock(layout, () => beginAnew(ca, highest));
}

interface Restorable {
  readonly logs: readonly SoundLog[];
  readonly highest: SoundLog;
}

async function checkFolder({ databases }: CaFiles, folder: string): Promise<Restorable> {
  const names = await readdir(folder);
  for (const name of NEVER_RESTORED) {
    if (names.includes(name)) throw new Error(`${folder} holds ${name}, which belongs to no backup`);
  }
  await stat(join(folder, 'certbkxp.dat'));
  const logNames = names.filter((name) => logGeneration(name) !== undefined);
  const logs = await soundLogs(logNames.map((name) => join(folder, name)));
  let highest: SoundLog | undefined;
  for (const { path } of databases) {
    const copy = await soundDatabase(join(folder, basename(path)));
    if (!copy.hasTrailer) throw new Error(`${basename(path)} is not a streaming copy (-615)`);
    highest = checkFit(copy, logs);
  }
  // A CA without databases can't be opened.
  if (highest === undefined) throw new Error('the CA has no databases');
  return { logs, highest };
}

async function replaceFiles({ layout, databases }: CaFiles, folder: string, logs: readonly SoundLog[]): Promise<void> {
  const doomed = readdirSync(layout.logFolder).filter((name) => /^edb.*\.(log|chk)$/i.test(name));
  for (const name of doomed) await rm(join(layout.logFolder, name));
  for (const { path } of databases) await copyFile(join(folder, basename(path)), path);
  for (const { path } of logs) await copyFile(path, join(layout.logFolder, basename(path)));
}

/** Everything is in the databases: recovery would begin at the new log. */
function beginAnew(ca: CaFiles, highest: SoundLog): void {
  const current = beginLogAfter(ca, highest);
  for (const { path } of ca.databases) requireLogs(path, current, current.generation);
  moveCheckpoint(ca);
}
