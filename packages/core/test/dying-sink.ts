import type {
  BackupSink,
  CallOptions,
  GetOptions,
  ObjectKey,
  PutOptions,
  SinkSupports,
  StoredObject,
} from '@adcs-backup/core/sink';

/** Which put is the last thing that the process does, and whether its object still lands. */
export interface Death {
  /** From 1. */
  readonly atPut: number;
  readonly lands: boolean;
}

/**
 * A sink as a process sees it that is killed at a certain put: that call and all later ones never come
 * back, so nothing of the run is cleaned up. What is stored by then stays in the wrapped sink.
 */
export class DyingSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  /** Resolves when the process is dead. */
  readonly died: Promise<'died'>;
  readonly #sink: BackupSink;
  readonly #death: Death;
  #die: () => void = () => undefined;
  #puts = 0;
  #isDead = false;

  constructor(sink: BackupSink, death: Death) {
    this.location = sink.location;
    this.supports = sink.supports;
    this.#sink = sink;
    this.#death = death;
    this.died = new Promise((resolve) => {
      this.#die = () => resolve('died');
    });
  }

  async put(key: ObjectKey, body: Uint8Array, options?: PutOptions): Promise<StoredObject> {
    this.#puts += 1;
    if (this.#puts === this.#death.atPut) {
      this.#isDead = true;
      if (this.#death.lands) await this.#sink.put(key, body, options);
      this.#die();
    }
    await this.#unlessDead();
    return await this.#sink.put(key, body, options);
  }

  async get(key: ObjectKey, options?: GetOptions): Promise<Uint8Array> {
    await this.#unlessDead();
    return await this.#sink.get(key, options);
  }

  async stat(key: ObjectKey, options?: CallOptions): Promise<StoredObject | undefined> {
    await this.#unlessDead();
    return await this.#sink.stat(key, options);
  }

  async *list(prefix: string, options?: CallOptions): AsyncGenerator<StoredObject, void, undefined> {
    await this.#unlessDead();
    yield* this.#sink.list(prefix, options);
  }

  async delete(key: ObjectKey, options?: CallOptions): Promise<void> {
    await this.#unlessDead();
    await this.#sink.delete(key, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#unlessDead();
  }

  async #unlessDead(): Promise<void> {
    if (this.#isDead) await new Promise<never>(() => undefined);
  }
}
