import { maySayTaken, status, tolerate } from './errors.ts';
import { parentOf } from './paths.ts';
import { notFolderError } from './refusals.ts';
import type { Session } from './session.ts';

/** What servers answer when a folder can't be opened and flushed like a file. */
const cannotFlush = [status.noSuchFile, status.permissionDenied, status.failure, status.unsupported];

/** The folders that one sink has made, whose entries are on the server's disk. */
export class Folders {
  /** Shared by puts side by side: none goes on before the folder's own entry is flushed. */
  readonly #made = new Map<string, Promise<void>>();

  /**
   * Makes the missing ones of `folders`, given from the outermost in; the first one's parent must exist.
   * @throws `invalid-key` when a file has the name of one; `what` shall be stored there
   */
  async make(session: Session, folders: readonly string[], what: string): Promise<void> {
    for (const folder of folders) {
      let making = this.#made.get(folder);
      if (making === undefined) {
        making = makeOne(session, folder, what);
        this.#made.set(folder, making);
      }
      try {
        await making;
      } catch (error) {
        this.forget([folder]);
        throw error;
      }
    }
  }

  /** Someone may have removed them: the next `make` looks again. */
  forget(folders: readonly string[]): void {
    for (const folder of folders) this.#made.delete(folder);
  }
}

/** Puts a folder's entries on the disk: OpenSSH opens a folder for reading like a file. Other servers may not. */
export async function flushFolder(session: Session, folder: string): Promise<void> {
  const handle = await tolerate(session.open(folder), cannotFlush);
  if (handle === undefined) return;
  try {
    await tolerate(session.flush(handle), cannotFlush);
  } finally {
    await session.close(handle);
  }
}

async function makeOne(session: Session, folder: string, what: string): Promise<void> {
  try {
    await session.makeFolder(folder);
  } catch (error) {
    if (!maySayTaken(error)) throw error;
    const found = await tolerate(session.stat(folder), [status.noSuchFile]);
    // Either it can't be made, or somebody has removed it just now: then it can.
    if (found === undefined) await session.makeFolder(folder);
    else if (!found.isDirectory()) throw notFolderError(what, folder);
  }
  // Also when it was there: whoever made it may not have come to flushing.
  await flushFolder(session, parentOf(folder));
}
