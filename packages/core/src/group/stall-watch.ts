import { AdcsBackupError } from '../errors.ts';

/** Nobody waits longer than this for a sink of which no call succeeds: 15 minutes. */
export const STALL_MS: number = 15 * 60_000;

/** After an abort a call has this long to come to its end: a session on the CA waits for it. */
const ABORTED_MS = 5_000;

/** Watches the calls of one sink: as long as any of them succeeds now and then, none is given up. */
export class StallWatch {
  readonly #location: string;
  readonly #stallMs: number;
  #progressAt = 0;
  /** Why nothing succeeds, where that is known. */
  #failure: AdcsBackupError | undefined;

  constructor(location: string, stallMs: number) {
    this.#location = location;
    this.#stallMs = stallMs;
  }

  progressed(): void {
    this.#progressAt = performance.now();
    this.#failure = undefined;
  }

  /** A call failed, and is made again. */
  failed(error: AdcsBackupError): void {
    this.#failure = error;
  }

  /**
   * Settles as `call` does. A call that doesn't heed the abort of `signal` is soon left to itself.
   * @throws `sink-unreachable`, or the code of the last failure, when it doesn't settle, and no other call succeeds either
   */
  async watch<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
    let stop = (): void => undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      stop = this.#wait(signal, reject);
    });
    try {
      const result = await Promise.race([call, givenUp]);
      this.progressed();
      return result;
    } finally {
      stop();
    }
  }

  /** Calls `giveUp` when it is time to, unless it is stopped by what it returns. */
  #wait(signal: AbortSignal, giveUp: (reason: unknown) => void): () => void {
    const begunAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      const idleMs = performance.now() - Math.max(begunAt, this.#progressAt);
      if (idleMs >= this.#stallMs) giveUp(this.#error());
      else timer = setTimeout(look, this.#stallMs - idleMs);
    };
    const hurry = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp(signal.reason), Math.min(this.#stallMs, ABORTED_MS));
    };
    signal.addEventListener('abort', hurry);
    // Not at once: between two readings of the clock this process may have been stopped for long.
    timer = setTimeout(look, this.#stallMs);
    if (signal.aborted) hurry();
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', hurry);
    };
  }

  #error(): AdcsBackupError {
    const seconds = Math.round(this.#stallMs / 1000);
    const message = `${this.#location} made no progress for ${seconds} s`;
    const hint = 'Check the network and the storage; --retry-for says how long a sink is waited for.';
    const cause = this.#failure;
    if (cause === undefined) return new AdcsBackupError('sink-unreachable', message, { hint });
    return new AdcsBackupError(cause.code, `${message}: ${cause.message}`, { cause, hint: cause.hint ?? hint });
  }
}
