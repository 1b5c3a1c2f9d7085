import { setTimeout } from 'node:timers/promises';
import { AdcsBackupError } from '../errors.ts';

/** A call that failed and will be made again. */
export interface SinkRetry {
  /** Of the sink. */
  readonly location: string;
  readonly method: 'put' | 'get' | 'stat' | 'list' | 'delete' | 'versions' | 'settings';
  /** For `list`: the prefix. For `settings`: empty. */
  readonly key: string;
  /** Which attempt failed since the call's last progress, from 1. */
  readonly attempt: number;
  readonly error: AdcsBackupError;
  /** How long it waits before the next attempt. */
  readonly delayMs: number;
}

export interface RetryPolicy {
  /**
   * How long one call may keep failing before it gives up, counted from the first failure since its last
   * progress (for `list` each new object is progress); default 15 minutes, 0 never retries.
   */
  readonly retryForMs?: number;
  /** The longest wait after the first failure; doubles with each further one; default 500. */
  readonly firstDelayMs?: number;
  /** The longest wait of all; default 30,000. */
  readonly maxDelayMs?: number;
  /** Told before each wait; must not throw. */
  readonly onRetry?: (retry: SinkRetry) => void;
  /** Settles after `ms`, or early when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** The policy with its defaults. */
export function completePolicy(policy: RetryPolicy): Required<RetryPolicy> {
  return {
    retryForMs: 15 * 60_000,
    firstDelayMs: 500,
    maxDelayMs: 30_000,
    onRetry: () => undefined,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    random: Math.random,
    now: () => performance.now(),
    ...policy,
  };
}

export interface RetriedCall {
  readonly location: string;
  readonly method: SinkRetry['method'];
  readonly key: string;
  readonly signal: AbortSignal | undefined;
}

/** The failures of one call since its last progress. */
export class Failures {
  readonly #call: RetriedCall;
  readonly #policy: Required<RetryPolicy>;
  #attempt = 0;
  #firstAt = 0;

  constructor(call: RetriedCall, policy: Required<RetryPolicy>) {
    this.#call = call;
    this.#policy = policy;
  }

  forget(): void {
    this.#attempt = 0;
  }

  /** Resolves when the call may be made again. @throws what the call must reject with */
  async wait(error: unknown): Promise<void> {
    const { location, method, key, signal } = this.#call;
    const { firstDelayMs, maxDelayMs, retryForMs, now, random, onRetry } = this.#policy;
    signal?.throwIfAborted();
    if (!(AdcsBackupError.is(error) && error.retryable)) throw error;
    if (this.#attempt === 0) this.#firstAt = now();
    this.#attempt += 1;
    const leftMs = retryForMs - (now() - this.#firstAt);
    if (leftMs <= 0) throw givenUp(error, this.#attempt);
    const delayMs = Math.min(leftMs, random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#attempt - 1)));
    onRetry({ location, method, key, attempt: this.#attempt, error, delayMs });
    await this.#sleep(delayMs);
  }

  async #sleep(delayMs: number): Promise<void> {
    const { signal } = this.#call;
    try {
      await this.#policy.sleep(delayMs, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    signal?.throwIfAborted();
  }
}

function givenUp(error: AdcsBackupError, attempts: number): AdcsBackupError {
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return new AdcsBackupError(error.code, `${error.message} (given up after ${times})`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
