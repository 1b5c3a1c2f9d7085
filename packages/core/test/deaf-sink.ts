import type {
  BackupSink,
  CallOptions,
  GetOptions,
  ObjectKey,
  PutOptions,
  SinkSupports,
  StoredObject,
} from '@adcs-backup/core/sink';

/** A sink whose chosen calls never settle, and don't heed an abort either. All others pass. */
export class DeafSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  /** Bodies that were given to puts which never settle, as they were then. */
  readonly held: { readonly key: string; readonly body: Uint8Array; readonly copy: Uint8Array }[] = [];
  readonly #sink: BackupSink;
  readonly #isDeaf: (method: string, key: string) => boolean;

  constructor(sink: BackupSink, isDeaf: (method: string, key: string) => boolean) {
    this.location = sink.location;
    this.supports = sink.supports;
    this.#sink = sink;
    this.#isDeaf = isDeaf;
  }

  async put(key: ObjectKey, body: Uint8Array, options?: PutOptions): Promise<StoredObject> {
    if (this.#isDeaf('put', key)) {
      this.held.push({ key, body, copy: Uint8Array.from(body) });
      await never();
    }
    return await this.#sink.put(key, body, options);
  }

  async get(key: ObjectKey, options?: GetOptions): Promise<Uint8Array> {
    if (this.#isDeaf('get', key)) await never();
    return await this.#sink.get(key, options);
  }

  async stat(key: ObjectKey, options?: CallOptions): Promise<StoredObject | undefined> {
    if (this.#isDeaf('stat', key)) await never();
    return await this.#sink.stat(key, options);
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<StoredObject, void, undefined> {
    if (this.#isDeaf('list', prefix)) await never();
    yield* this.#sink.list(prefix, options);
  }

  async delete(key: ObjectKey, options?: CallOptions): Promise<void> {
    await this.#sink.delete(key, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sink[Symbol.asyncDispose]();
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
