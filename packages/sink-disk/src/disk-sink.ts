import * as promises from 'node:fs/promises';
import { dirname } from 'node:path';
import { AdcsBackupError } from '@adcs-backup/core';
import {
  type BackupSink,
  type CallOptions,
  type GetOptions,
  MAX_OBJECT_BYTES,
  type ObjectKey,
  objectKey,
  type PutOptions,
  type SinkSupports,
  type StoredObject,
} from '@adcs-backup/core/sink';
import { cleanUpAfter, diskError } from './errors.ts';
import { errnoOf, type FileSystem, isMissing, tolerate } from './file-system.ts';
import { Folders, type MakeFolder } from './folders.ts';
import { patientFileSystem } from './patient-file-system.ts';
import { Publisher } from './publish.ts';
import { readObject } from './read.ts';
import { notFoundError, tooLargeError } from './refusals.ts';
import { checkRoot, foldersOf, openRoot, pathOf, type Root } from './root.ts';
import { removeTempFile, type TempContent, type TempFile, writeTempFile } from './temp-file.ts';
import { statObject, walk } from './walk.ts';

export interface DiskSinkOptions extends CallOptions {
  /** For tests: what to call instead of `node:fs/promises`. */
  readonly fileSystem?: FileSystem;
  /**
   * Where hard links aren't supported: how long a file that another writer of the same key left is
   * respected, in milliseconds; default 15,000.
   */
  readonly claimPatienceMs?: number;
  /**
   * Makes the folders directly in the sink's, `sets` for instance, so that others can't reach what is in them; those
   * below inherit that, or are made open to nobody but their owner. Default: as those below.
   */
  readonly makeTopFolder?: MakeFolder;
}

/** What removing a folder that someone has open gives. */
const inUse = ['EBUSY', 'EPERM', 'EACCES'];

/**
 * Opens a folder on a disk or share, which must exist, as a sink.
 * @throws `invalid-location`, `sink-denied`, `sink-unreachable`
 */
export async function openDiskSink(folder: string, options: DiskSinkOptions = {}): Promise<BackupSink> {
  options.signal?.throwIfAborted();
  const root = await openRoot(folder, patientFileSystem(options.fileSystem ?? promises));
  options.signal?.throwIfAborted();
  return new DiskSink(root, options);
}

interface Action extends CallOptions {
  /** In a message, after "can't". */
  readonly text: string;
  readonly key?: ObjectKey;
}

class DiskSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports = { retention: false, versions: false, pacing: true };
  readonly #root: Root;
  readonly #fileSystem: FileSystem;
  readonly #folders: Folders;
  readonly #publisher: Publisher;
  #disposed: boolean = false;

  constructor(root: Root, options: DiskSinkOptions) {
    this.location = root.path;
    this.#root = root;
    this.#fileSystem = root.fileSystem;
    this.#folders = new Folders(root.fileSystem, options.makeTopFolder);
    this.#publisher = new Publisher(root.fileSystem, options.claimPatienceMs ?? 15_000);
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    return await this.#act({ text: `store object ${key}`, key, signal: options.signal }, async () => {
      if (body.byteLength > MAX_OBJECT_BYTES) throw tooLargeError(`object ${key}`, body.byteLength, MAX_OBJECT_BYTES);
      await checkRoot(this.#root);
      const temp = await this.#writeTemp(key, { ...options, what: `object ${key}`, body });
      await this.#publish(key, temp, options);
      return { key, sizeBytes: body.byteLength, modifiedAt: temp.modifiedAt };
    });
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#act({ text: `read object ${key}`, key, signal: options.signal }, async () => {
      try {
        return await readObject(this.#root, key, options);
      } catch (error) {
        if (!(isMissing(error) || errnoOf(error) === 'EISDIR')) throw error;
        await checkRoot(this.#root);
        throw notFoundError(`object ${key}`, error);
      }
    });
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#act({ text: `look for object ${key}`, key, signal: options.signal }, async () => {
      const found = await statObject(this.#root, key);
      if (found === undefined) await checkRoot(this.#root);
      return found;
    });
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const { signal } = options;
    const action = { text: `list objects ${prefix}*`, signal };
    await this.#act(action, () => checkRoot(this.#root));
    const objects = walk({ root: this.#root, prefix, signal });
    for (;;) {
      const next = await this.#act(action, () => objects.next());
      if (next.done === true) break;
      yield next.value;
    }
    // A disk that went away while it was listed looks like the end.
    await this.#act(action, () => checkRoot(this.#root));
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#act({ text: `delete object ${key}`, key, signal: options.signal }, async () => {
      await checkRoot(this.#root);
      if ((await statObject(this.#root, key)) === undefined) return;
      await tolerate(this.#fileSystem.unlink(pathOf(this.#root, key)), ['ENOENT', 'ENOTDIR']);
      await this.#removeEmptyFolders(key);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  async #writeTemp(key: ObjectKey, content: TempContent): Promise<TempFile> {
    const folder = dirname(pathOf(this.#root, key));
    await this.#folders.make(foldersOf(this.#root, key), content.what);
    content.signal?.throwIfAborted();
    try {
      return await writeTempFile(this.#fileSystem, folder, content);
    } catch (error) {
      if (errnoOf(AdcsBackupError.is(error) ? error.cause : error) !== 'ENOENT') throw error;
      // Another process has removed the folder, empty, after we made it.
      for (const made of foldersOf(this.#root, key)) this.#folders.forget(made);
      await this.#folders.make(foldersOf(this.#root, key), content.what);
      return await writeTempFile(this.#fileSystem, folder, content);
    }
  }

  async #publish(key: ObjectKey, temp: TempFile, options: CallOptions): Promise<void> {
    const target = pathOf(this.#root, key);
    try {
      options.signal?.throwIfAborted();
      await this.#publisher.publish({ what: `object ${key}`, temp: temp.path, target, signal: options.signal });
    } catch (error) {
      throw await cleanUpAfter(
        diskError(`can't store object ${key}`, error),
        removeTempFile(this.#fileSystem, temp.path),
      );
    }
    await this.#folders.flush(dirname(target));
  }

  async #removeEmptyFolders(key: ObjectKey): Promise<void> {
    for (const folder of foldersOf(this.#root, key)) {
      // An empty folder is no object: where it can't be removed, it stays.
      if (!(await tolerate(this.#fileSystem.rmdir(folder), ['ENOTEMPTY', 'EEXIST', 'ENOENT', ...inUse]))) return;
      this.#folders.forget(folder);
    }
  }

  /** Runs one call of the port; what it rejects with is the signal's reason or an AdcsBackupError. */
  async #act<T>(action: Action, work: () => Promise<T>): Promise<T> {
    const { text, key, signal } = action;
    if (this.#disposed) throw new AdcsBackupError('internal', `can't ${text}: the sink ${this.location} is closed`);
    if (key !== undefined) objectKey(key);
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw diskError(`can't ${text}`, error);
    }
  }
}
