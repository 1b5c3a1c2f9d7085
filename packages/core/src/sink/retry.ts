import { AdcsBackupError } from '../errors.ts';
import type {
  BackupSink,
  CallOptions,
  GetOptions,
  ObjectVersion,
  PutOptions,
  SinkSetting,
  SinkSupports,
  StoredObject,
} from './backup-sink.ts';
import type { ObjectKey } from './keys.ts';
import { completePolicy, Failures, type RetriedCall, type RetryPolicy } from './retry-policy.ts';

/**
 * Makes every call of `sink` again while it fails with a `retryable` error: the one place that retries.
 * Waits grow exponentially with full jitter. A call that gives up rejects with its last error as cause and
 * the same code, no longer `retryable`. An aborted call rejects with the signal's reason, also while waiting.
 *
 * A put whose first attempt failed and that then meets `object-exists` may have stored the object itself: the
 * object is read back, and the put resolves if the bytes are the same.
 */
export function withRetry(sink: BackupSink, policy: RetryPolicy = {}): BackupSink {
  return new RetryingSink(sink, completePolicy(policy));
}

class RetryingSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly #sink: BackupSink;
  readonly #policy: Required<RetryPolicy>;

  constructor(sink: BackupSink, policy: Required<RetryPolicy>) {
    this.#sink = sink;
    this.#policy = policy;
    this.location = sink.location;
    this.supports = sink.supports;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    let hasFailed = false;
    return await this.#retry({ method: 'put', key, signal: options.signal }, async () => {
      try {
        return await this.#sink.put(key, body, options);
      } catch (error) {
        if (hasFailed && AdcsBackupError.is(error, 'object-exists')) {
          return await this.#ownObject({ key, body, exists: error }, options);
        }
        hasFailed = true;
        throw error;
      }
    });
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#retry({ method: 'get', key, signal: options.signal }, () => this.#sink.get(key, options));
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#retry({ method: 'stat', key, signal: options.signal }, () => this.#sink.stat(key, options));
  }

  /** After a failure lists again from the start, and gives only what lies behind the last key it gave. */
  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const failures = new Failures(
      { location: this.location, method: 'list', key: prefix, signal: options.signal },
      this.#policy,
    );
    let lastKey: string | undefined;
    for (;;) {
      try {
        for await (const object of this.#sink.list(prefix, options)) {
          if (lastKey !== undefined && object.key <= lastKey) continue;
          lastKey = object.key;
          failures.forget();
          yield object;
        }
        return;
      } catch (error) {
        await failures.wait(error);
      }
    }
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#retry({ method: 'delete', key, signal: options.signal }, () => this.#sink.delete(key, options));
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    const call = { method: 'versions', key, signal: options.signal } as const;
    return await this.#retry(call, async () => (await this.#sink.versions?.(key, options)) ?? []);
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    const call = { method: 'settings', key: '', signal: options.signal } as const;
    return await this.#retry(call, async () => (await this.#sink.settings?.(options)) ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }

  async #retry<T>(call: Omit<RetriedCall, 'location'>, attempt: () => Promise<T>): Promise<T> {
    const failures = new Failures({ location: this.location, ...call }, this.#policy);
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        await failures.wait(error);
      }
    }
  }

  /** The stored object if it holds `body`. @throws `exists` if it doesn't */
  async #ownObject(doubt: Doubt, options: CallOptions): Promise<StoredObject> {
    const { key, body, exists } = doubt;
    try {
      const stored = await this.#sink.stat(key, options);
      if (stored === undefined || stored.sizeBytes !== body.byteLength) throw exists;
      const bytes = await this.#sink.get(key, options);
      if (Buffer.compare(bytes, body) !== 0) throw exists;
      return stored;
    } catch (error) {
      throw AdcsBackupError.is(error, 'sink-denied') ? doubtStays(key, error) : error;
    }
  }
}

interface Doubt {
  readonly key: ObjectKey;
  readonly body: Uint8Array;
  readonly exists: AdcsBackupError;
}

function doubtStays(key: ObjectKey, denied: AdcsBackupError): AdcsBackupError {
  return new AdcsBackupError('object-exists', `object ${key} is stored, by whom can't be told: ${denied.message}`, {
    hint: 'The connection broke during a put, and reading the object back was refused: allow reading, or run again.',
    cause: denied,
  });
}
