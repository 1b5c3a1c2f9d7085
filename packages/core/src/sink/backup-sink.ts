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
}

export interface GetOptions extends CallOptions {
  /** Only these bytes. A range that reaches past the end gives what is there. */
  readonly range?: { readonly offset: number; readonly length: number } | undefined;
  /** @throws `object-too-large` instead of reading more than this; default {@link MAX_OBJECT_BYTES} */
  readonly maxBytes?: number | undefined;
}

export interface StoredObject {
  readonly key: ObjectKey;
  readonly sizeBytes: number;
  /** By the sink's clock. */
  readonly modifiedAt: Date;
}

/** What a sink can do beyond the contract. Data: read by callers and by the conformance kit. */
export interface SinkSupports {
  /** `PutOptions.retainUntil` is honoured. */
  readonly retention: boolean;
  /** Older versions of a replaced object can be read. */
  readonly versions: boolean;
}

/**
 * The destination port: where sets go. Callers rely on this:
 *
 * - A `put` that resolves is durable and visible at once; one that rejects leaves nothing or the whole
 *   object, never a part. An existing key is never replaced.
 * - `body` isn't changed by the caller until `put` settles, and not touched by the sink after.
 * - An abort rejects with the signal's reason; every other error is an `AdcsBackupError` with the
 *   original as cause. `retryable` says whether the same call may be made again.
 * - Nothing is retried inside, nothing is logged, no secret appears in `location` or in an error.
 * - Calls may run side by side.
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
}
