import type { Client, SFTPWrapper } from 'ssh2';

/** What ssh2 calls with the answer. */
export type Done<T> = (error: Error | null | undefined, answer: T) => void;

/**
 * The requests on one connection, as promises. ssh2 calls nobody back for a request that is made when the
 * connection is gone already, and doesn't always when it breaks: here every request ends.
 */
export class Requests {
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #waiting = new Set<(error: Error) => void>();
  #end: Error | undefined;

  constructor(client: Client, sftp: SFTPWrapper) {
    this.#client = client;
    this.#sftp = sftp;
    client.on('error', (error) => this.#endWith(error));
    sftp.on('error', (error: Error) => this.#endWith(error));
    for (const emitter of [client, sftp]) {
      emitter.on('close', () => this.#endWith(new Error('the server closed the connection')));
    }
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** @throws the server's answer, or why the connection broke */
  async ask<T>(send: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      this.#waiting.add(reject);
      const done: Done<T> = (error, answer) => {
        this.#waiting.delete(reject);
        if (error) reject(error);
        else resolve(answer);
      };
      try {
        send(this.#sftp, done);
      } catch (error) {
        // What the server can't do is refused before it is sent.
        this.#waiting.delete(reject);
        throw error;
      }
    });
  }

  /** For requests whose answer is only that they are done. */
  async tell(send: (sftp: SFTPWrapper, done: (error?: Error | null) => void) => void): Promise<void> {
    await this.ask<undefined>((sftp, done) => send(sftp, (error) => done(error, undefined)));
  }

  /** Ends the connection at once: what is under way rejects with `reason`. */
  break(reason: Error): void {
    this.#endWith(reason);
    this.#client.destroy();
  }

  /** Says goodbye to the server, and waits until it has hung up, for `patienceMs` at most. */
  async close(patienceMs: number): Promise<void> {
    if (this.isOpen) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
        this.#client.once('close', () => resolve());
        this.#client.end();
      });
      clearTimeout(timer);
    }
    this.break(new Error('the connection was closed'));
  }

  #endWith(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#client.end();
  }
}
