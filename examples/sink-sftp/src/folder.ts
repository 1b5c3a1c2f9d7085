import type { ObjectKey } from '@adcs-backup/core/sink';
import { status, statusOf, tolerate } from './errors.ts';
import { Folders, flushFolder } from './folders.ts';
import { foldersOf, parentOf, pathOf } from './paths.ts';
import { publish } from './publish.ts';
import { folderGoneError } from './refusals.ts';
import type { Session } from './session.ts';
import { statIfThere, statObject } from './stat.ts';
import { removeTempFile, type TempContent, type TempFile, writeTempFile } from './temp-file.ts';

/** How often a put makes its folders again when others remove them, empty, at the same time. */
const attempts = 3;

/** The sink's folder on the server, and what is changed in it. */
export class Folder {
  /** As the server knows it. */
  readonly path: string;
  readonly #location: string;
  readonly #folders = new Folders();

  /** `location` is for messages. */
  constructor(path: string, location: string) {
    this.path = path;
    this.#location = location;
  }

  /** @throws `sink-unreachable`: what isn't found in it is then not known to be missing */
  async check(session: Session): Promise<void> {
    if ((await statIfThere(session, this.path))?.isDirectory() !== true) throw folderGoneError(this.#location);
  }

  /** Stores a new object: the file is whole and on the disk before it gets its name. The time is its last byte's. */
  async add(session: Session, key: ObjectKey, content: TempContent): Promise<Date> {
    await session.checkCanPut();
    const target = pathOf(this.path, key);
    const temp = await this.#writeTemp(session, key, content);
    try {
      content.signal?.throwIfAborted();
      await publish(session, { what: content.what, temp: temp.path, target });
    } finally {
      await removeTempFile(session, temp.path);
    }
    await flushFolder(session, parentOf(target));
    return temp.modifiedAt;
  }

  /** Removes an object, and the folders that are empty then. */
  async remove(session: Session, key: ObjectKey): Promise<void> {
    if ((await statObject(session, this.path, key)) === undefined) return await this.check(session);
    await tolerate(session.remove(pathOf(this.path, key)), [status.noSuchFile]);
    const folders = foldersOf(this.path, key);
    this.#folders.forget(folders);
    for (const folder of folders.toReversed()) {
      // One that isn't empty, or that somebody may not remove, is no object: it stays, as do those around it.
      const [removed] = await Promise.allSettled([session.removeFolder(folder)]);
      if (removed.status === 'rejected') return;
    }
  }

  async #writeTemp(session: Session, key: ObjectKey, content: TempContent): Promise<TempFile> {
    const folders = foldersOf(this.path, key);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#folders.make(session, folders, content.what);
        return await writeTempFile(session, folders.at(-1) ?? this.path, content);
      } catch (error) {
        if (statusOf(error) !== status.noSuchFile) throw error;
        // Another process has removed a folder, empty, after it was made.
        this.#folders.forget(folders);
        if (attempt === attempts) throw error;
      }
    }
  }
}
