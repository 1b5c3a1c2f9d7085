import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A backup changes its CA: a log is closed, the next begins. A kept state is put back before each run, so that all
 * runs find the same CA.
 */
export interface CaState {
  /** Everything but the database, which only issuing changes: a second's work for any size. */
  putBackLogs(): Promise<void>;
}

/** Keeps everything but the database in the folder `kept`, in the place of what was there. */
export async function keepLogs(ca: string, kept: string): Promise<CaState> {
  await rm(kept, { recursive: true, force: true });
  await copyTree(ca, kept, isSmall);
  return {
    async putBackLogs() {
      for (const path of await filesIn(ca)) if (isSmall(path)) await rm(path);
      await copyTree(kept, ca, isSmall);
    },
  };
}

/** Copies a whole CA in the place of what was there. */
export async function copyCa(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await copyTree(from, to, () => true);
}

async function copyTree(from: string, to: string, isWanted: (path: string) => boolean): Promise<void> {
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, preserveTimestamps: true, filter: isWanted });
}

function isSmall(path: string): boolean {
  return !path.endsWith('.edb');
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
