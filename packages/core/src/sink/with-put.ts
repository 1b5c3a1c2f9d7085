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

/** The same sink with another way to put. */
export function withPut(sink: BackupSink, put: BackupSink['put']): BackupSink {
  return new SinkWithPut(sink, put);
}

class SinkWithPut implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly #sink: BackupSink;
  readonly #put: BackupSink['put'];

  constructor(sink: BackupSink, put: BackupSink['put']) {
    this.#sink = sink;
    this.#put = put;
    this.location = sink.location;
    this.supports = sink.supports;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    return await this.#put(key, body, options);
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
