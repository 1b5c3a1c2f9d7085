import { type FileHandle, mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AdcsBackupError } from '../errors.ts';
import type { FilePiece } from '../store/pack-content.ts';
import { whileHeld } from '../while-held.ts';
import type { PlannedFile, RestorePlan } from './plan.ts';
import { targetError } from './target-error.ts';
import { type MakeFolder, makeOwnFolder, REPORT_FILE } from './target-folder.ts';

const MAX_OPEN = 32;

/**
 * The files of a restore, open for writing in any order. Each has its full size from the start: blocks
 * of zeros need no write.
 */
export class TargetFiles implements AsyncDisposable {
  readonly #folder: string;
  readonly #plan: RestorePlan;
  /** Pieces name them by index. */
  readonly #files: readonly PlannedFile[];
  readonly #handles: Map<number, FileHandle> = new Map();
  readonly #makeFolder: MakeFolder;

  /** @param makeFolder makes those that will lie in the target itself */
  constructor(folder: string, plan: RestorePlan, makeFolder: MakeFolder = makeOwnFolder) {
    this.#folder = folder;
    this.#plan = plan;
    this.#makeFolder = makeFolder;
    this.#files = plan.parts.flatMap(({ files }) => files);
  }

  /** Makes every file, zeros from end to end, and the restore maps. */
  async make(): Promise<void> {
    try {
      // What is moved keeps the list that it was made with, and would inherit another one later.
      for (const name of this.#plan.names) {
        if (name !== REPORT_FILE) await this.#makeFolder(join(this.#folder, name));
      }
      for (const { path } of [...this.#plan.maps, ...this.#files]) {
        await mkdir(dirname(join(this.#folder, path)), { recursive: true, mode: 0o700 });
      }
      for (const { path, bytes } of this.#plan.maps) {
        await writeFile(join(this.#folder, path), bytes, { flag: 'wx', mode: 0o600, flush: true });
      }
      for (const { path, record } of this.#files) await makeFile(join(this.#folder, path), record.sizeBytes);
    } catch (error) {
      throw targetError(error, this.#folder);
    }
  }

  async write(piece: FilePiece): Promise<void> {
    try {
      const handle = await this.#handleOf(piece.file);
      let done = 0;
      while (done < piece.bytes.length) {
        const rest = piece.bytes.subarray(done);
        done += (await handle.write(rest, 0, rest.length, piece.offset + done)).bytesWritten;
      }
    } catch (error) {
      throw targetError(error, this.#folder);
    }
  }

  /** Every file on disk. */
  async flush(): Promise<void> {
    try {
      for (const [index, file] of this.#files.entries()) {
        const handle = await this.#handleOf(index);
        await handle.sync();
        await handle.close();
        this.#handles.delete(index);
        await requireWhole(join(this.#folder, file.path), file);
      }
    } catch (error) {
      throw targetError(error, this.#folder);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#handles.values()].map((handle) => handle.close()));
    this.#handles.clear();
  }

  async #handleOf(index: number): Promise<FileHandle> {
    const known = this.#handles.get(index);
    if (known !== undefined) return known;
    await this.#closeOldest();
    const file = this.#files[index];
    /* v8 ignore next -- @preserve pieces name files of the same manifest */
    if (file === undefined) throw new AdcsBackupError('internal', `a block belongs to no file: ${index}`);
    const handle = await whileHeld(() => open(join(this.#folder, file.path), 'r+'));
    this.#handles.set(index, handle);
    return handle;
  }

  /** A set may hold thousands of logs: only so many are open. */
  async #closeOldest(): Promise<void> {
    for (const [index, handle] of this.#handles) {
      if (this.#handles.size < MAX_OPEN) return;
      this.#handles.delete(index);
      await handle.close();
    }
  }
}

/** A file that somebody deletes while it is open takes every byte, and is gone when it is closed. */
async function requireWhole(path: string, { record }: PlannedFile): Promise<void> {
  const { size } = await stat(path);
  if (size === record.sizeBytes) return;
  throw new AdcsBackupError('target-failed', `${path} has ${size} bytes instead of ${record.sizeBytes}`, {
    hint: 'Something else works in the folder of the restore. Choose another with --to, and run again.',
  });
}

async function makeFile(path: string, sizeBytes: number): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.truncate(sizeBytes);
  } finally {
    await handle.close();
  }
}
