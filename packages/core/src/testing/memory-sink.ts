import { AdcsBackupError } from '../errors.ts';
import {
  type BackupSink,
  type CallOptions,
  type GetOptions,
  MAX_OBJECT_BYTES,
  type ObjectVersion,
  type PutOptions,
  type SinkSupports,
  type StoredObject,
} from '../sink/backup-sink.ts';
import { isObjectKey, type ObjectKey, objectKey } from '../sink/keys.ts';
import { MemoryVersions } from './memory-versions.ts';

export type SinkMethod = 'put' | 'get' | 'stat' | 'list' | 'delete' | 'versions' | 'settings';

/** A call as it arrived; for `list`, `key` is the prefix, for `settings` it is empty. */
export interface SinkCall {
  readonly method: SinkMethod;
  readonly key: string;
}

export interface MemoryObject {
  readonly bytes: Uint8Array;
  readonly modifiedAt: Date;
  /** As given to `put`: recorded, not enforced. */
  readonly retainUntil: Date | undefined;
}

export interface MemorySinkOptions {
  /** The sink's clock; default: the system's. */
  readonly now?: () => Date;
  /** Keep what `replace`, `remove` and `delete` take away. Default false. */
  readonly versions?: boolean;
  /** Take `retainUntil`, which is recorded and not enforced. Default false. */
  readonly retention?: boolean;
}

/**
 * A sink in memory that keeps every promise of {@link BackupSink}. Tests may look behind it:
 * `objects` and `calls`, `replace` and `remove` to damage what is stored.
 */
export class MemorySink implements BackupSink {
  readonly sinkApi = 1;
  readonly location = 'memory:';
  readonly supports: SinkSupports;
  /** What is stored, by key, in the order of the puts. */
  readonly objects: Map<string, MemoryObject> = new Map();
  /** Every call that arrived, refused and aborted ones too. A listing arrives with its first `next()`. */
  readonly calls: SinkCall[] = [];
  #disposed: boolean = false;
  readonly #now: () => Date;
  readonly #versions: MemoryVersions = new MemoryVersions();

  constructor(options: MemorySinkOptions = {}) {
    this.#now = options.now ?? ((): Date => new Date());
    this.supports = { retention: options.retention ?? false, versions: options.versions ?? false };
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    this.#arrive({ method: 'put', key }, options);
    if (body.byteLength > MAX_OBJECT_BYTES) {
      throw new AdcsBackupError('object-too-large', `object ${key} has ${body.byteLength} bytes: too many to store`);
    }
    if (this.objects.has(key)) {
      throw new AdcsBackupError('object-exists', `object ${key} is already stored`);
    }
    this.#store(key, { bytes: new Uint8Array(body), modifiedAt: this.#now(), retainUntil: options.retainUntil });
    return this.#found(key);
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    this.#arrive({ method: 'get', key }, options);
    const { bytes } = options.version === undefined ? this.#stored(key) : this.#versions.get(key, options.version);
    const { offset, length } = options.range ?? { offset: 0, length: bytes.byteLength };
    const wanted = new Uint8Array(bytes.subarray(offset, offset + length));
    const maxBytes = options.maxBytes ?? MAX_OBJECT_BYTES;
    if (wanted.byteLength > maxBytes) {
      const message = `object ${key}: ${wanted.byteLength} bytes to read, ${maxBytes} allowed`;
      throw new AdcsBackupError('object-too-large', message);
    }
    return wanted;
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    this.#arrive({ method: 'stat', key }, options);
    return this.objects.has(key) ? this.#found(key) : undefined;
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    this.#arrive({ method: 'list', key: prefix }, options);
    for (const key of [...this.objects.keys()].sort(byCodeUnit)) {
      options.signal?.throwIfAborted();
      if (isObjectKey(key) && key.startsWith(prefix) && this.objects.has(key)) yield this.#found(key);
    }
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    this.#arrive({ method: 'delete', key }, options);
    this.objects.delete(key);
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    this.#arrive({ method: 'versions', key }, options);
    return this.#versions.list(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  /** Damages a stored object: other bytes, same key and time. */
  replace(key: string, bytes: Uint8Array): void {
    this.#store(key, { ...this.#stored(key), bytes: new Uint8Array(bytes) });
  }

  /** Takes an object away as if someone had deleted it by hand. */
  remove(key: string): void {
    this.#stored(key);
    this.objects.delete(key);
  }

  #arrive(call: SinkCall, options: CallOptions): void {
    this.calls.push(call);
    if (this.#disposed) throw new AdcsBackupError('internal', `memory sink: ${call.method} after it was closed`);
    if (call.method !== 'list') objectKey(call.key);
    options.signal?.throwIfAborted();
  }

  #store(key: string, object: MemoryObject): void {
    this.objects.set(key, object);
    if (this.supports.versions) this.#versions.add(key, object);
  }

  #stored(key: string): MemoryObject {
    const object = this.objects.get(key);
    if (object === undefined) throw new AdcsBackupError('object-not-found', `object ${key} isn't there`);
    return object;
  }

  #found(key: ObjectKey): StoredObject {
    const { bytes, modifiedAt } = this.#stored(key);
    return { key, sizeBytes: bytes.byteLength, modifiedAt };
  }
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : 1;
}
