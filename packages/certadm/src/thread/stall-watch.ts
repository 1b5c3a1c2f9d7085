/** Tells when one native call doesn't return. */
import type { CallClock } from './call-clock.ts';

export interface StallOptions {
  /** How long a native call may take, in milliseconds. Default: 10 minutes. */
  readonly stallTimeoutMs?: number;
  /** Called once for each call that takes longer; a native call can't be cancelled, see `exitNow`. */
  readonly onStall?: (functionName: string, elapsedMs: number) => void;
}

const defaultStallTimeoutMs = 10 * 60_000;

export class StallWatch {
  readonly #clock: CallClock;
  readonly #timeoutMs: number;
  readonly #onStall: StallOptions['onStall'];
  #timer: NodeJS.Timeout | undefined;
  #reported = 0n;

  constructor(clock: CallClock, options: StallOptions) {
    this.#clock = clock;
    this.#timeoutMs = options.stallTimeoutMs ?? defaultStallTimeoutMs;
    this.#onStall = options.onStall;
  }

  /** Watches from now on; does nothing if it already does. */
  begin(): void {
    if (this.#onStall !== undefined && this.#timer === undefined) {
      this.#checkIn(this.#timeoutMs);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #checkIn(delayMs: number): void {
    this.#timer = setTimeout(() => this.#check(), delayMs).unref();
  }

  #check(): void {
    const call = this.#clock.running();
    const remainingMs = this.#timeoutMs - (call?.elapsedMs ?? 0);
    if (call === undefined || remainingMs > 0) {
      this.#checkIn(Math.max(remainingMs, 1));
      return;
    }
    this.#checkIn(this.#timeoutMs);
    if (call.beganAt !== this.#reported) {
      this.#reported = call.beganAt;
      this.#onStall?.(call.functionName, call.elapsedMs);
    }
  }
}
