import { setTimeout } from 'node:timers/promises';

export interface UploadClock {
  /** Settles after `ms`, or early when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** What an unused limit saves up: small objects pass at once. */
const burstMs = 1000;

/**
 * A token bucket for everything that one run sends: share it between its sinks. By the time `t`, in seconds since
 * the first byte was asked for, at most `bytesPerSecond * (t + 1)` bytes have passed. First come, first served.
 */
export class UploadLimit {
  readonly bytesPerSecond: number;
  readonly #sleep: Required<UploadClock>['sleep'];
  readonly #now: () => number;
  /** When all that has passed would have been sent at the limit's pace. */
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Settles when the newest of those who ask has passed or gone. */
  #last: Promise<void> = Promise.resolve();

  constructor(bytesPerSecond: number, clock: UploadClock = {}) {
    this.bytesPerSecond = bytesPerSecond;
    this.#sleep = clock.sleep ?? ((ms, signal) => setTimeout(ms, undefined, { signal }));
    this.#now = clock.now ?? ((): number => performance.now());
  }

  /** Resolves when `bytes` may be sent. An abort rejects with the signal's reason; then nothing was taken. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const turn = this.#last.then(() => this.#wait(bytes, signal));
    this.#last = turn.catch(() => undefined);
    await settledOrAborted(turn, signal);
  }

  async #wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const begin = Math.max(this.#sentAt, this.#now() - burstMs);
    const end = begin + (bytes / this.bytesPerSecond) * 1000;
    // A timer may fire a little early; one that was aborted is told of by `take`.
    for (let leftMs = end - this.#now(); leftMs > 0; leftMs = end - this.#now()) {
      signal?.throwIfAborted();
      await this.#sleep(leftMs, signal);
    }
    signal?.throwIfAborted();
    this.#sentAt = end;
  }
}

/** `work`, or the signal's reason as soon as it aborts, whatever `work` waits for. */
function settledOrAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
  });
}
