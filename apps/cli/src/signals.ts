/** What asks the process to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGBREAK' | 'SIGHUP';

/** Why a run was aborted: the reason of its AbortSignal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly endSignal: EndSignal;

  constructor(endSignal: EndSignal) {
    super(`interrupted by ${endSignal}`);
    this.endSignal = endSignal;
  }
}

export interface SignalHandlers {
  /** The run has been aborted and ends by itself. */
  readonly onFirst: (endSignal: EndSignal) => void;
  /** Somebody doesn't want to wait for that. */
  readonly onSecond: (endSignal: EndSignal) => void;
}

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'];

/** Turns Ctrl-C, Ctrl-Break, a closed console and `kill` into an abort. */
export class SignalListener {
  readonly #controller = new AbortController();
  readonly #handlers: SignalHandlers;
  readonly #listeners = endSignals.map((endSignal) => ({ endSignal, listen: () => this.#receive(endSignal) }));
  #received: EndSignal | undefined;

  constructor(handlers: SignalHandlers) {
    this.#handlers = handlers;
    for (const { endSignal, listen } of this.#listeners) process.on(endSignal, listen);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first one that came. */
  get received(): EndSignal | undefined {
    return this.#received;
  }

  /** Stops listening. */
  close(): void {
    for (const { endSignal, listen } of this.#listeners) process.off(endSignal, listen);
  }

  #receive(endSignal: EndSignal): void {
    if (this.#received !== undefined) {
      this.#handlers.onSecond(endSignal);
      return;
    }
    this.#received = endSignal;
    this.#handlers.onFirst(endSignal);
    this.#controller.abort(new Interrupted(endSignal));
  }
}
