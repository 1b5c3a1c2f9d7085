import { type BackupSink, type CallOptions, type ObjectKey, objectKey } from '@adcs-backup/core/sink';
import type { Connection } from './connection.ts';
import { sftpError } from './errors.ts';
import { closedError } from './refusals.ts';
import type { Session } from './session.ts';

export interface Call extends CallOptions {
  /** In a message, after "can't". */
  readonly text: string;
  readonly key?: ObjectKey;
}

/** What all calls of the port have in common, whichever way they end. */
export class Calls implements Pick<BackupSink, typeof Symbol.asyncDispose> {
  readonly #connection: Connection;
  #ended: boolean = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Runs one call; what it rejects with is the signal's reason or an AdcsBackupError. */
  async run<T>({ text, key, signal }: Call, work: (session: Session) => Promise<T>): Promise<T> {
    const action = `can't ${text}`;
    if (this.#ended) throw closedError(action);
    if (key !== undefined) objectKey(key);
    signal?.throwIfAborted();
    try {
      const session = await this.#connection.session(signal);
      signal?.throwIfAborted();
      return await session.whileHeard(signal, () => work(session));
    } catch (error) {
      signal?.throwIfAborted();
      // Whatever it was that the end cut short: it can't be made again.
      throw this.#ended ? closedError(action) : sftpError(action, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#connection.end();
  }
}
