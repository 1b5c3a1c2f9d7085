import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AdcsBackupError } from '../errors.ts';
import { parseLabel } from '../store/label.ts';
import { whileHeld } from '../while-held.ts';
import { targetError } from './target-error.ts';

/** What certutil -restoreDB looks for in the folder that it is given. */
export const DATABASE_FOLDER: string = 'DataBase';
export const DYNAMIC_FOLDER: string = 'DynamicFiles';
export const REPORT_FILE: string = 'restored-set.json';
/** Everything is written here first: a restore that was interrupted can't be taken for a whole one. */
const PARTIAL_FOLDER = 'partial-restore';
const REPLACED_FOLDER = 'replaced';

/** What a restore leaves, in either layout. */
function isOurs(name: string): boolean {
  return [DYNAMIC_FOLDER, REPORT_FILE, DATABASE_FOLDER].includes(name) || parseLabel(name) !== undefined;
}

/** Makes one folder, whose parent is there; fails as `mkdir` of `node:fs/promises` does, EEXIST for one that is there. */
export type MakeFolder = (path: string) => Promise<unknown>;

/** Open to nobody but its owner, where the file system has modes. */
export async function makeOwnFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
}

export interface TargetOptions {
  readonly bytes: number;
  readonly overwrite: boolean;
  /** Default {@link makeOwnFolder}. */
  readonly makeFolder?: MakeFolder | undefined;
}

/** The folder that a set is restored to. Nothing shows under its final name before all is written. */
export class TargetFolder {
  readonly path: string;
  /** Where files are written until {@link publish}. */
  readonly partial: string;
  /** What was moved to or from its final name, until all is in place. */
  readonly #moves: { readonly from: string; readonly to: string }[] = [];

  private constructor(path: string) {
    this.path = path;
    this.partial = join(path, PARTIAL_FOLDER);
  }

  /**
   * Makes the folder if need be; one that is there keeps the rights it has. What an interrupted restore left in it is removed.
   * @throws `target-not-empty` unless `overwrite`; `target-full` when `bytes` don't fit; `target-failed`
   */
  static async prepare(path: string, options: TargetOptions): Promise<TargetFolder> {
    const { bytes, overwrite, makeFolder = makeOwnFolder } = options;
    const target = new TargetFolder(path);
    try {
      await makeIfMissing(path, makeFolder);
      const others = (await readdir(path)).filter((name) => name !== PARTIAL_FOLDER);
      if (others.length > 0 && !overwrite) throw notEmpty(path, others);
      await removeFolder(target.partial);
      await requireSpace(path, bytes);
      await makeFolder(target.partial);
    } catch (error) {
      throw targetError(error, path);
    }
    return target;
  }

  /** Moves what has these names to where it belongs, one after another. */
  async publish(names: readonly string[]): Promise<void> {
    try {
      await this.#setAside();
      for (const folder of await foldersIn(this.partial)) await syncFolder(folder);
      for (const name of names) await this.#move(join(this.partial, name), join(this.path, name));
      await syncFolder(this.path);
      this.#moves.length = 0;
      await removeFolder(this.partial);
    } catch (error) {
      throw targetError(error, this.path);
    }
  }

  /** After a failure: nothing of this restore stays, and what it was to replace is back. */
  async discard(): Promise<void> {
    for (const { from, to } of this.#moves.reverse()) await whileHeld(() => rename(to, from));
    await removeFolder(this.partial);
  }

  /** What `overwrite` replaces is deleted only when the new files are in place. */
  async #setAside(): Promise<void> {
    const replaced = join(this.partial, REPLACED_FOLDER);
    const present = await readdir(this.path);
    await mkdir(replaced);
    for (const name of present.filter(isOurs)) await this.#move(join(this.path, name), join(replaced, name));
  }

  async #move(from: string, to: string): Promise<void> {
    await whileHeld(() => rename(from, to));
    this.#moves.push({ from, to });
  }
}

async function makeIfMissing(path: string, makeFolder: MakeFolder): Promise<void> {
  if (await isFolder(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await makeFolder(path);
}

/** @throws ENOTDIR, EACCES and the like: a file in the way is no folder that is missing */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function removeFolder(path: string): Promise<void> {
  await whileHeld(() => rm(path, { recursive: true, force: true }));
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

async function requireSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const [needed, there] = [bytes, free].map((value) => `${Math.ceil(value / 1024 ** 2)} MiB`);
  throw new AdcsBackupError('target-full', `${path} has ${there} free, the set needs ${needed}`, {
    hint: 'Choose a folder on a larger disk with --to, or make room.',
  });
}

function notEmpty(path: string, names: readonly string[]): AdcsBackupError {
  return new AdcsBackupError('target-not-empty', `${path} is not empty: it holds ${names.slice(0, 3).join(', ')}`, {
    hint: 'Name an empty or a new folder with --to; --overwrite replaces an earlier restore.',
  });
}

/** A renamed file is safe only when its folder is flushed. */
async function syncFolder(path: string): Promise<void> {
  try {
    await flushFolder(path);
  } catch (error) {
    /* v8 ignore next -- @preserve Windows refuses that, and flushes by itself */
    if (process.platform !== 'win32') throw error;
  }
}

async function flushFolder(path: string): Promise<void> {
  /* v8 ignore next -- @preserve another platform: Windows flushes what is open for writing only */
  const folder = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
