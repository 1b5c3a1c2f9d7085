import { basename, dirname } from 'node:path';
import { type FileSystem, tolerate } from './file-system.ts';
import { notFolderError } from './refusals.ts';

/** What Windows, SMB and some FUSE file systems answer when a folder can't be flushed. */
const cannotFlush = ['EPERM', 'EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Makes one folder, whose parent is there; fails as `mkdir` of `node:fs/promises` does, EEXIST for one that is there. */
export type MakeFolder = (path: string) => Promise<unknown>;

/** The folders that one sink has made, with their entries on the disk. */
export class Folders {
  readonly #fileSystem: FileSystem;
  readonly #makeTop: MakeFolder;
  /** Shared by puts side by side: none goes on before the folder's own entry is flushed. */
  readonly #made = new Map<string, Promise<void>>();

  /** @param makeTop makes a folder that lies directly in the sink's; default: open to nobody but its owner */
  constructor(fileSystem: FileSystem, makeTop: MakeFolder = (path) => makeOwn(fileSystem, path)) {
    this.#fileSystem = fileSystem;
    this.#makeTop = makeTop;
  }

  /**
   * Makes the missing ones of `folders`, given from the innermost out; the last one's parent must exist.
   * @throws `invalid-key` when a file has the name of one; `what` shall be stored there
   */
  async make(folders: readonly string[], what: string): Promise<void> {
    for (const [depth, folder] of folders.toReversed().entries()) {
      let making = this.#made.get(folder);
      if (making === undefined) {
        making = this.#makeOne(folder, what, depth === 0);
        this.#made.set(folder, making);
      }
      try {
        await making;
      } catch (error) {
        this.forget(folder);
        throw error;
      }
    }
  }

  /** Someone may have removed the folder: the next `make` looks again. */
  forget(folder: string): void {
    this.#made.delete(folder);
  }

  /** Puts a folder's entries on the disk, where the file system can do that. */
  async flush(folder: string): Promise<void> {
    await tolerate(this.#sync(folder), cannotFlush);
  }

  async #makeOne(folder: string, what: string, isTop: boolean): Promise<void> {
    // Not recursive: the root must never be made.
    const making = isTop ? this.#makeTop(folder) : makeOwn(this.#fileSystem, folder);
    const isNew = await tolerate(making, ['EEXIST']);
    if (!(isNew || (await this.#fileSystem.stat(folder)).isDirectory())) throw notFolderError(what, basename(folder));
    // Also when it was there: whoever made it may not have come to flushing.
    await this.flush(dirname(folder));
  }

  async #sync(folder: string): Promise<void> {
    /* v8 ignore next -- @preserve another platform: Windows flushes only what is open for writing, others open no folder so */
    const handle = await this.#fileSystem.open(folder, process.platform === 'win32' ? 'r+' : 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function makeOwn(fileSystem: FileSystem, path: string): Promise<void> {
  await fileSystem.mkdir(path, { mode: 0o700 });
}
