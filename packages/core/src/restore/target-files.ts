import { type FileHandle, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdcsBackupError } from '../errors.ts';
import type { FileRecord, Manifest } from '../store/manifest.ts';
import type { FilePiece } from '../store/pack-content.ts';
import { targetError } from './target-error.ts';
import { DATABASE_FOLDER, DYNAMIC_FOLDER } from './target-folder.ts';

/** certutil's name for the restore map. */
const RESTORE_MAP_FILE = 'certbkxp.dat';

const MAX_OPEN = 32;

/** Where a file of the set goes, relative to the target. */
export function targetPathOf(file: FileRecord): string {
  return join(file.role === 'dynamic' ? DYNAMIC_FOLDER : DATABASE_FOLDER, file.name);
}

/**
 * The files of a restore, open for writing in any order. Each has its full size from the start: blocks
 * of zeros need no write.
 */
export class TargetFiles implements AsyncDisposable {
  readonly #folder: string;
  readonly #files: readonly FileRecord[];
  readonly #handles: Map<number, FileHandle> = new Map();

  constructor(folder: string, manifest: Manifest) {
    requireSafeNames(manifest);
    this.#folder = folder;
    this.#files = manifest.files;
  }

  /** Makes every file, zeros from end to end, and the restore map. */
  async make(restoreMap: Uint8Array): Promise<void> {
    try {
      await writeFile(join(this.#folder, DATABASE_FOLDER, RESTORE_MAP_FILE), restoreMap, { flag: 'wx', flush: true });
      for (const file of this.#files) {
        await makeFile(join(this.#folder, targetPathOf(file)), file.sizeBytes);
      }
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
        await requireWhole(join(this.#folder, targetPathOf(file)), file);
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
    const handle = await open(join(this.#folder, targetPathOf(file)), 'r+');
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
async function requireWhole(path: string, file: FileRecord): Promise<void> {
  const { size } = await stat(path);
  if (size === file.sizeBytes) return;
  throw new AdcsBackupError('target-failed', `${path} has ${size} bytes instead of ${file.sizeBytes}`, {
    hint: 'Something else works in the folder of the restore. Choose another with --to, and run again.',
  });
}

async function makeFile(path: string, sizeBytes: number): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.truncate(sizeBytes);
  } finally {
    await handle.close();
  }
}

/** Names come from the sink: none may lead out of the target, none may meet another. */
function requireSafeNames(manifest: Manifest): void {
  const taken = new Set([join(DATABASE_FOLDER, RESTORE_MAP_FILE).toLowerCase()]);
  for (const file of manifest.files) {
    const path = targetPathOf(file).toLowerCase();
    const isPlain =
      /^[^/\\:]+$/.test(file.name) && !file.name.includes('\0') && file.name !== '.' && file.name !== '..';
    if (!isPlain || taken.has(path)) {
      const what = isPlain ? 'twice' : 'with a name that is not a plain file name';
      throw new AdcsBackupError(
        'integrity-failed',
        `the set ${manifest.label} holds ${JSON.stringify(file.name)} ${what}`,
        {
          hint: 'The manifest was altered in the sink. Use another set, and find out who may write there.',
        },
      );
    }
    taken.add(path);
  }
}
