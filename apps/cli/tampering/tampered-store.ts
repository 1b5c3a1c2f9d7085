import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Objects in the reach of somebody who may do everything to them. */
export interface Store {
  keys(): Promise<readonly string[]>;
  /** @throws when there is no such object */
  get(key: string): Promise<Buffer>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A sink on a disk. */
export class FolderStore implements Store {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async keys(): Promise<readonly string[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return paths.map((path) => path.slice(this.#folder.length + 1));
  }

  async get(key: string): Promise<Buffer> {
    return await readFile(join(this.#folder, key));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.#folder, key)), { recursive: true });
    await writeFile(join(this.#folder, key), bytes);
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.#folder, key));
  }
}

/** Knows what was there before it was tampered with. */
export class TamperedStore implements Store {
  readonly #store: Store;
  readonly #before: Map<string, Buffer | undefined> = new Map();

  constructor(store: Store) {
    this.#store = store;
  }

  async keys(): Promise<readonly string[]> {
    return await this.#store.keys();
  }

  async get(key: string): Promise<Buffer> {
    return await this.#store.get(key);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#remember(key);
    await this.#store.put(key, bytes);
  }

  async remove(key: string): Promise<void> {
    await this.#remember(key);
    await this.#store.remove(key);
  }

  async change(key: string, change: (bytes: Buffer) => Uint8Array): Promise<void> {
    await this.put(key, change(Buffer.from(await this.get(key))));
  }

  /** Each gets the bytes of the other. */
  async exchange(one: string, other: string): Promise<void> {
    const [ofOne, ofOther] = [await this.get(one), await this.get(other)];
    await this.put(one, ofOther);
    await this.put(other, ofOne);
  }

  async undo(): Promise<void> {
    for (const [key, bytes] of this.#before) {
      if (bytes === undefined) await this.#store.remove(key);
      else await this.#store.put(key, bytes);
    }
    this.#before.clear();
  }

  async #remember(key: string): Promise<void> {
    if (this.#before.has(key)) return;
    const isThere = (await this.#store.keys()).includes(key);
    this.#before.set(key, isThere ? await this.#store.get(key) : undefined);
  }
}

/** One bit of one byte is another. */
export function flipped(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}
