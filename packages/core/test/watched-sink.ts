import type {
  BackupSink,
  CallOptions,
  GetOptions,
  ObjectKey,
  PutOptions,
  SinkSupports,
  StoredObject,
} from '@adcs-backup/core/sink';
import { MemorySink, type MemorySinkOptions } from '@adcs-backup/core/testing';

/** What a manifest says that its set needs, as it is stored. */
interface StoredReferences {
  readonly label: string;
  readonly base?: string;
  readonly maps: readonly { readonly key: string; readonly sizeBytes: number }[];
  readonly packs: readonly { readonly key: string; readonly sizeBytes: number }[];
}

/**
 * A sink in memory with a name, which looks at each manifest as it is put: all that the set needs must be there
 * already. What is missing is kept in `early`.
 */
export class WatchedSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly memory: MemorySink;
  /** Keys that were not there when a manifest was put that needs them. */
  readonly early: string[] = [];

  constructor(name: string, options: MemorySinkOptions = {}) {
    this.location = `memory:${name}`;
    this.memory = new MemorySink(options);
    this.supports = this.memory.supports;
  }

  async put(key: ObjectKey, body: Uint8Array, options?: PutOptions): Promise<StoredObject> {
    const stored = await this.memory.put(key, body, options);
    if (isManifest(key)) this.early.push(...this.#missing(key, JSON.parse(Buffer.from(body).toString())));
    return stored;
  }

  get(key: ObjectKey, options?: GetOptions): Promise<Uint8Array> {
    return this.memory.get(key, options);
  }

  stat(key: ObjectKey, options?: CallOptions): Promise<StoredObject | undefined> {
    return this.memory.stat(key, options);
  }

  list(prefix: string, options?: CallOptions): AsyncGenerator<StoredObject, void, undefined> {
    return this.memory.list(prefix, options);
  }

  delete(key: ObjectKey, options?: CallOptions): Promise<void> {
    return this.memory.delete(key, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.memory[Symbol.asyncDispose]();
  }

  /** Takes away each object that has `part` in its key. */
  remove(part: string): void {
    const keys = [...this.memory.objects.keys()].filter((key) => key.includes(part));
    if (keys.length === 0) throw new Error(`no key with ${part}`);
    for (const key of keys) this.memory.remove(key);
  }

  /** Of the set, and of the full set that it builds on. */
  #missing(key: string, { label, base, maps, packs }: StoredReferences): string[] {
    const { objects } = this.memory;
    const missing = [...maps, ...packs]
      .filter((record) => objects.get(record.key)?.bytes.length !== record.sizeBytes)
      .map((record) => record.key);
    if (base === undefined) return missing;
    const baseKey = key.replace(label, base);
    const found = objects.get(baseKey);
    if (found === undefined) return [...missing, baseKey];
    return [...missing, ...this.#missing(baseKey, JSON.parse(Buffer.from(found.bytes).toString()))];
  }
}

export function isManifest(key: string): boolean {
  return /^sets\/.*(?<!\.outcome)\.json$/.test(key);
}
