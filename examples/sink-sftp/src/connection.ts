import { connect, type Door } from './connect.ts';
import type { Session } from './session.ts';

/** The way to one server: opened when it is needed, and again after it broke. */
export class Connection {
  readonly #door: Door;
  /** Shared by calls side by side. */
  #session: Promise<Session> | undefined;
  #open: Session | undefined;
  readonly #ending = new AbortController();

  constructor(door: Door) {
    this.#door = door;
  }

  /** A session that is open, as far as known. An abort ends the waiting, not the connecting: others may wait, too. */
  async session(signal: AbortSignal | undefined): Promise<Session> {
    if (this.#session === undefined || this.#open?.isOpen === false) this.#session = this.#connect();
    return await unlessAborted(this.#session, signal);
  }

  /** Ends the session, and whatever runs on it. */
  async end(): Promise<void> {
    this.#ending.abort(new Error('the sink is closed'));
    const [session] = await Promise.allSettled([this.#session]);
    if (session.status === 'fulfilled') await session.value?.end();
  }

  async #connect(): Promise<Session> {
    this.#open = undefined;
    try {
      const session = await connect(this.#door, this.#ending.signal);
      this.#open = session;
      return session;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
