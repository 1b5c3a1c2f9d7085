/** The requests of one session, with a memory for the first that failed. */
import type { Input, OperationName, Output } from './thread/operations.ts';
import type { SessionThread } from './thread/session-thread.ts';

export class SessionRequests {
  readonly #thread: SessionThread;
  #failure: unknown;

  constructor(thread: SessionThread) {
    this.#thread = thread;
  }

  /** Once a call has failed, the server may have closed the file or dropped the session: Close and End fail then too. */
  get failure(): unknown {
    return this.#failure;
  }

  async request<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    try {
      return await this.#thread.request(name, input);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}
