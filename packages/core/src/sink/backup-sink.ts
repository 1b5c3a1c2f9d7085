import type { ObjectKey } from './keys.ts';

/** No object is larger: a put can always be repeated from memory. */
export const MAX_OBJECT_BYTES: number = 32 * 1024 * 1024;

export interface CallOptions {
  /** Aborting rejects the call with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PutOptions extends CallOptions {
  /** Where the sink `supports.retention`: nobody can delete or replace the object before this time. */
  readonly retainUntil?: Date | undefined;
  /**
   * Where the sink `supports.pacing`: awaited before each piece of the body is sent, with its length in
   * bytes, 64 KiB at most. Rejects only when the signal is aborted.
   */
  readonly pace?: ((bytes: number) => Promise<void>) | undefined;
}

export interface GetOptions extends CallOptions {
  /** Only these bytes. A range that reaches past the end gives what is there. */
  readonly range?: { readonly offset: number; readonly length: number } | undefined;
  /** @throws `object-too-large` instead of reading more than this; default {@link MAX_OBJECT_BYTES} */
  readonly maxBytes?: number | undefined;
  /** Where the sink `supports.versions`: this one of the object's versions, by the id that `versions` gave. */
  readonly version?: string | undefined;
}

export interface StoredObject {
  readonly key: ObjectKey;
  readonly sizeBytes: number;
  /** By the sink's clock. */
  readonly modifiedAt: Date;
}

/** A state of an object that the sink has kept. */
export interface ObjectVersion {
  readonly id: string;
  readonly sizeBytes: number;
  /** By the sink's clock. */
  readonly modifiedAt: Date;
}

/**
 * What a sink can do beyond the contract. Data: read by callers and by the conformance kit. It is about the
 * code: where the place itself isn't set up for it, calls that ask for it reject and say so.
 */
export interface SinkSupports {
  /** `PutOptions.retainUntil` is honoured: a put that can't be retained rejects. */
  readonly retention: boolean;
  /** `versions` lists what a replaced or deleted object was before, `GetOptions.version` reads it. */
  readonly versions: boolean;
  /** `PutOptions.pace` is honoured. Default false: then a limit is kept from object to object. */
  readonly pacing?: boolean;
}

/** Something about the place or the credentials that an operator should know. */
export interface SinkSetting {
  /** `credentials`, `versioning`, `lock`, `lifecycle`, or a word of the sink's own. */
  readonly name: string;
  /** `unknown` where the credentials may not look. */
  readonly state: 'on' | 'off' | 'unknown';
  /** What was found, for people; never a secret. */
  readonly message: string;
  /** Why this endangers backups, as a full sentence. */
  readonly warning?: string;
}

/**
 * The destination port: where sets go. Callers rely on this:
 *
 * - A `put` that resolves is durable and visible at once; one that rejects leaves nothing or the whole
 *   object, never a part. An existing key is never replaced. A body above {@link MAX_OBJECT_BYTES} is refused
 *   with `object-too-large`. No caller puts a key that is the folder of another.
 * - `body` isn't changed by the caller until `put` settles, and not touched by the sink after.
 * - An abort rejects with the signal's reason; every other error is an `AdcsBackupError` with the
 *   original as cause. `retryable` says whether the same call may be made again.
 * - Nothing is retried inside, nothing is logged, no secret appears in `location` or in an error.
 * - `modifiedAt` may differ by up to a minute between `put` and `stat`, and by up to a second between `stat`
 *   and `list`: stores round, or tell the time of a put only later.
 * - Calls may run side by side. After disposal each rejects with an error that isn't `retryable`.
 */
export interface BackupSink extends AsyncDisposable {
  readonly sinkApi: 1;
  /** For people: a URL or path without credentials. */
  readonly location: string;
  readonly supports: SinkSupports;
  /** Stores a new object. @throws `object-exists`, `sink-full`, `sink-denied`, `sink-unreachable` */
  put(key: ObjectKey, body: Uint8Array, options?: PutOptions): Promise<StoredObject>;
  /** @throws `object-not-found`, `object-too-large` */
  get(key: ObjectKey, options?: GetOptions): Promise<Uint8Array>;
  /** Undefined when there is no such object. */
  stat(key: ObjectKey, options?: CallOptions): Promise<StoredObject | undefined>;
  /**
   * Every object whose key begins with `prefix` (text, not a folder), ascending by code unit of the
   * whole key. Objects put while it runs may or may not appear.
   */
  list(prefix: string, options?: CallOptions): AsyncIterable<StoredObject>;
  /** A missing object is fine. */
  delete(key: ObjectKey, options?: CallOptions): Promise<void>;
  /**
   * Where it `supports.versions`: what is kept of an object, newest first, the current one included; empty when
   * there never was one.
   */
  versions?(key: ObjectKey, options?: CallOptions): Promise<readonly ObjectVersion[]>;
  /**
   * How the place is set up and where the credentials come from, as far as they may see it: what they may not
   * see is `unknown`, not an error. Changes nothing.
   */
  settings?(options?: CallOptions): Promise<readonly SinkSetting[]>;
}
