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
  #received: EndSignal | undefined;

  constructor(handlers: SignalHandlers) {
    this.#handlers = handlers;
    for (const endSignal of endSignals) process.on(endSignal, this.#onSignal);
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
    for (const endSignal of endSignals) process.off(endSignal, this.#onSignal);
  }

  readonly #onSignal = (endSignal: NodeJS.Signals): void => {
    if (!isEndSignal(endSignal)) return;
    if (this.#received !== undefined) {
      this.#handlers.onSecond(endSignal);
      return;
    }
    this.#received = endSignal;
    this.#handlers.onFirst(endSignal);
    this.#controller.abort(new Interrupted(endSignal));
  };
}

function isEndSignal(name: string): name is EndSignal {
  return endSignals.some((endSignal) => endSignal === name);
}
