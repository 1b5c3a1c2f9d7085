import { addAbortListener } from 'node:events';
import { AdcsBackupError } from '@adcs-backup/core';
import type { CallOptions, StoredObject } from '@adcs-backup/core/sink';

/** A put of one object. */
export interface OncePut extends CallOptions {
  /** @throws `object-exists` when the server says so */
  readonly put: () => Promise<StoredObject>;
  /** The same, for a put that stores nothing: what it sends counts towards no limit. */
  readonly putAgain: () => Promise<StoredObject>;
  readonly isThere: () => Promise<boolean>;
  readonly exists: () => AdcsBackupError;
  /** The server is one that ignores the condition. */
  readonly replaces: () => AdcsBackupError;
}

/**
 * Refuses servers that ignore `If-None-Match: *`, before they can replace anything: the first object of a sink is put
 * a second time, which a server that keeps the condition refuses. One that doesn't has replaced the object by
 * itself, so nothing is lost, and nothing is left that must be deleted.
 */
export class WriteOnce {
  #state: 'unknown' | 'kept' | 'ignored' = 'unknown';
  #proving: Promise<unknown> | undefined;

  async put(once: OncePut): Promise<StoredObject> {
    // Others wait for the first put; if it fails before it has proved anything, one of them is the first.
    while (this.#state === 'unknown' && this.#proving !== undefined) await settled(this.#proving, once.signal);
    if (this.#state === 'ignored') throw once.replaces();
    if (this.#state === 'kept') return await once.put();
    const proving = this.#prove(once);
    this.#proving = proving;
    try {
      return await proving;
    } finally {
      this.#proving = undefined;
    }
  }

  async #prove(once: OncePut): Promise<StoredObject> {
    if (await once.isThere()) throw once.exists();
    const stored = await this.#noted(once.put);
    try {
      await this.#noted(once.putAgain);
    } catch (error) {
      if (AdcsBackupError.is(error, 'object-exists')) return stored;
      throw error;
    }
    this.#state = 'ignored';
    throw once.replaces();
  }

  async #noted(put: OncePut['put']): Promise<StoredObject> {
    try {
      return await put();
    } catch (error) {
      if (AdcsBackupError.is(error, 'object-exists')) this.#state = 'kept';
      throw error;
    }
  }
}

/** Resolves when `call` has ended in whatever way. @throws the signal's reason */
async function settled(call: Promise<unknown>, signal: AbortSignal = new AbortController().signal): Promise<void> {
  let listener: Disposable | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = addAbortListener(signal, () => reject(signal.reason));
  });
  try {
    await Promise.race([Promise.allSettled([call]), aborted]);
  } finally {
    listener?.[Symbol.dispose]();
  }
}
