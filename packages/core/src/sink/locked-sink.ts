import { AdcsBackupError } from '../errors.ts';
import { type ChainLock, lockedUntil } from '../store/chain-lock.ts';
import { chainOfKey } from '../store/layout.ts';
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

/** Stores refuse a date that has passed by their own clock; a clock that is further off they refuse as such. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

export interface SinkLock extends ChainLock {
  /** By this computer's clock. */
  readonly now?: () => Date;
}

/**
 * Puts every object with the one lock date of the chain that its key names: {@link lockedUntil}. What is copied after
 * that date is put without a lock: its lock is over, and no store takes a date that has passed. Belongs inside
 * `withRetry`, so that a put that was in doubt is resolved as ever.
 * @throws `invalid-usage` for a sink that can't lock. Puts reject with `internal` for a key of no chain.
 */
export function lockedSink(sink: BackupSink, lock: SinkLock): BackupSink {
  if (sink.supports.retention) return new LockedSink(sink, lock);
  throw new AdcsBackupError('invalid-usage', `${sink.location} can't lock what it stores`, {
    hint: 'Leave --lock-for out, or take a sink with locks: a bucket with object lock, an Azure container with version-level immutability.',
  });
}

class LockedSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports;
  readonly #sink: BackupSink;
  readonly #lock: SinkLock;

  constructor(sink: BackupSink, lock: SinkLock) {
    this.#sink = sink;
    this.#lock = lock;
    this.location = sink.location;
    this.supports = sink.supports;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const chain = chainOfKey(key);
    if (chain === undefined) throw new AdcsBackupError('internal', `object ${key} belongs to no chain: it has no date`);
    const retainUntil = lockedUntil(chain, this.#lock);
    const now = this.#lock.now?.() ?? new Date();
    const isOver = retainUntil.getTime() <= now.getTime() + CLOCK_TOLERANCE_MS;
    return await this.#sink.put(key, body, isOver ? options : { ...options, retainUntil });
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
