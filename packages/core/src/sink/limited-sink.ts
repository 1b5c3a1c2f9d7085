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
import type { UploadLimit } from './upload-limit.ts';

/**
 * Sends no faster than `limit` allows: piece by piece where the sink supports pacing, otherwise an object is held
 * back until all of its bytes may pass. Belongs inside `withRetry`, so that what is sent again counts again.
 */
export function withUploadLimit(sink: BackupSink, limit: UploadLimit): BackupSink {
  return new LimitedSink(sink, limit);
}

class LimitedSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly #sink: BackupSink;
  readonly #limit: UploadLimit;

  constructor(sink: BackupSink, limit: UploadLimit) {
    this.#sink = sink;
    this.#limit = limit;
    this.location = sink.location;
    this.supports = sink.supports;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const { signal } = options;
    if (this.supports.pacing === true) {
      return await this.#sink.put(key, body, { ...options, pace: (bytes) => this.#pace(bytes, options) });
    }
    await this.#limit.take(body.byteLength, signal);
    return await this.#sink.put(key, body, options);
  }

  async #pace(bytes: number, { signal, pace }: PutOptions): Promise<void> {
    await this.#limit.take(bytes, signal);
    await pace?.(bytes);
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#sink.get(key, options);
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#sink.stat(key, options);
  }

  list(prefix: string, options: CallOptions = {}): AsyncIterable<StoredObject> {
    return this.#sink.list(prefix, options);
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#sink.delete(key, options);
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    return (await this.#sink.versions?.(key, options)) ?? [];
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    return (await this.#sink.settings?.(options)) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }
}
