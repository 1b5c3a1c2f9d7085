import {
  type BackupSink,
  type CallOptions,
  type GetOptions,
  MAX_OBJECT_BYTES,
  type ObjectKey,
  type PutOptions,
  type SinkSetting,
  type SinkSupports,
  type StoredObject,
} from '@adcs-backup/core/sink';
import { Calls } from './calls.ts';
import { Connection } from './connection.ts';
import { entriesOf } from './entries.ts';
import { fullError, status, statusOf } from './errors.ts';
import { Folder } from './folder.ts';
import { folderText, type SftpLocation } from './location.ts';
import { type Login, loginText } from './login.ts';
import { pathOf } from './paths.ts';
import { readObject } from './read.ts';
import { folderMissingError, notFoundError, tooLargeError } from './refusals.ts';
import type { Session } from './session.ts';
import { statIfThere, statObject } from './stat.ts';
import { type Entry, walk } from './walk.ts';

export interface SftpSinkOptions extends CallOptions {
  readonly login: Login;
}

/**
 * Connects to an SFTP server, and opens a folder there, which must exist, as a sink.
 * @throws `invalid-location`, `invalid-configuration`, `sink-denied`, `sink-unreachable`
 */
export async function openSftpSink(location: SftpLocation, options: SftpSinkOptions): Promise<BackupSink> {
  const { login, signal } = options;
  const calls = new Calls(new Connection({ location, login }));
  const text = folderText(location);
  try {
    await calls.run({ text: `open ${text}`, signal }, async (session) => {
      const found = await statIfThere(session, location.folder);
      if (found?.isDirectory() !== true) throw folderMissingError(text);
    });
  } catch (error) {
    await calls[Symbol.asyncDispose]();
    throw error;
  }
  return new SftpSink(calls, { location: text, folder: new Folder(location.folder, text), login });
}

interface Place {
  readonly location: string;
  readonly folder: Folder;
  readonly login: Login;
}

class SftpSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports = { retention: false, versions: false, pacing: true };
  readonly #calls: Calls;
  readonly #folder: Folder;
  readonly #login: Login;

  constructor(calls: Calls, { location, folder, login }: Place) {
    this.location = location;
    this.#calls = calls;
    this.#folder = folder;
    this.#login = login;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const what = `object ${key}`;
    return await this.#calls.run({ text: `store ${what}`, key, signal: options.signal }, async (session) => {
      const sizeBytes = body.byteLength;
      if (sizeBytes > MAX_OBJECT_BYTES) throw tooLargeError(what, sizeBytes, MAX_OBJECT_BYTES);
      try {
        const modifiedAt = await this.#folder.add(session, key, { ...options, what, body });
        return { key, sizeBytes, modifiedAt };
      } catch (error) {
        if (statusOf(error) === status.noSuchFile) await this.#folder.check(session);
        if (await this.#isFull(session, error, sizeBytes)) throw fullError(`can't store ${what}`, error);
        throw error;
      }
    });
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    const what = `object ${key}`;
    return await this.#calls.run({ text: `read ${what}`, key, signal: options.signal }, async (session) => {
      try {
        return await readObject(session, pathOf(this.#folder.path, key), { ...options, what });
      } catch (error) {
        if (statusOf(error) !== status.noSuchFile) throw error;
        await this.#folder.check(session);
        throw notFoundError(what, error);
      }
    });
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#calls.run({ text: `look for object ${key}`, key, signal: options.signal }, async (session) => {
      const found = await statObject(session, this.#folder.path, key);
      if (found === undefined) await this.#folder.check(session);
      return found;
    });
  }

  list(prefix: string, { signal }: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const call = { text: `list objects ${prefix}*`, signal };
    return walk({
      prefix,
      signal,
      readFolder: (folder) => this.#calls.run(call, (session) => this.#entriesOf(session, folder)),
    });
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    const call = { text: `delete object ${key}`, key, signal: options.signal };
    await this.#calls.run(call, (session) => this.#folder.remove(session, key));
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    return await this.#calls.run({ text: `look at ${this.location}`, signal: options.signal }, async () => [
      { name: 'credentials', state: 'on', message: `logged in by ${loginText(this.#login)}` },
      { name: 'host-key', state: 'on', message: `the server's key is in ${this.#login.knownHostsFile}` },
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#calls[Symbol.asyncDispose]();
  }

  async #entriesOf(session: Session, folder: string): Promise<readonly Entry[]> {
    const found = await entriesOf(session, this.#folder.path, folder);
    // A folder of objects may vanish meanwhile. The sink's own may not: that would look like the end of the list.
    if (found === undefined) await this.#folder.check(session);
    return found ?? [];
  }

  /** Servers say "failure" of a full disk, as of much else. One that can't tell how much is free isn't called full. */
  async #isFull(session: Session, error: unknown, neededBytes: number): Promise<boolean> {
    if (statusOf(error) !== status.failure) return false;
    const [free] = await Promise.allSettled([session.freeBytes(this.#folder.path)]);
    return free.status === 'fulfilled' && free.value < neededBytes + reserveBytes;
  }
}

/** What a file system may keep for itself beside the content. */
const reserveBytes = 64 * 1024;
