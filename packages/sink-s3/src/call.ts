import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { PacedBody } from './paced-body.ts';

/** How often in the time that it may take without progress a call is looked at. */
const looks = 4;

export interface CallLimits {
  readonly signal: AbortSignal | undefined;
  /** How long a call may take without a byte that moves. */
  readonly idleMs: number;
  /** What is sent, if much. */
  readonly body?: PacedBody;
}

/** Thrown when a server stalls. */
class IdleError extends Error {
  override readonly name = 'IdleError';
}

/**
 * One request of the SDK: cut off when the caller aborts or nothing moves any more. Timeouts of sockets can't
 * tell a server that stalls from a body that is held back on purpose, nor do they count the time that a
 * credential provider takes.
 */
export class Call {
  readonly #limits: CallLimits;
  readonly #controller = new AbortController();
  #socket: Socket | undefined;
  #movedBytes: number = 0;
  #idleLooks: number = 0;
  /** Of the answer; names in lower case. */
  headers: IncomingHttpHeaders = {};

  private constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /** Runs `work`, whose requests have {@link Call.options}. What is still open after a failure is cut. */
  static async make<T>(limits: CallLimits, work: (call: Call) => Promise<T>): Promise<T> {
    limits.signal?.throwIfAborted();
    const call = new Call(limits);
    const onAbort = (): void => call.#cut(limits.signal?.reason);
    limits.signal?.addEventListener('abort', onAbort, { once: true });
    limits.body?.once('error', (error) => call.#cut(error));
    const watch = setInterval(() => call.#look(), limits.idleMs / looks);
    try {
      return await Promise.race([work(call), call.#whenCut()]);
    } catch (error) {
      const { signal } = call.#controller;
      if (signal.aborted) throw signal.reason;
      call.#cut(error);
      throw error;
    } finally {
      clearInterval(watch);
      limits.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** For the SDK: the second argument of `send`. */
  get options(): { readonly abortSignal: AbortSignal; readonly call: Call } {
    return { abortSignal: this.#controller.signal, call: this };
  }

  /** Told by the handler. */
  answered(headers: IncomingHttpHeaders, socket: Socket | undefined): void {
    this.headers = headers;
    this.#socket = socket;
  }

  #look(): void {
    const moved = (this.#limits.body?.sentBytes ?? 0) + (this.#socket?.bytesRead ?? 0);
    const isMoving = moved !== this.#movedBytes || this.#limits.body?.isPaced === true;
    this.#movedBytes = moved;
    this.#idleLooks = isMoving ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks >= looks) this.#cut(new IdleError(`no byte moved for ${this.#limits.idleMs / 1000} seconds`));
  }

  #cut(reason: unknown): void {
    this.#controller.abort(reason);
  }

  async #whenCut(): Promise<never> {
    const { signal } = this.#controller;
    return await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}
