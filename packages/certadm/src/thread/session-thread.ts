/** The main thread's side of the session's thread: sends requests, hands out the answers in order. */
import type { Worker } from 'node:worker_threads';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import { beginSessionThread } from './begin-session-thread.ts';
import { CallClock } from './call-clock.ts';
import { unpackError } from './error-transfer.ts';
import type { Input, OperationName, Output, Response } from './operations.ts';
import { type StallOptions, StallWatch } from './stall-watch.ts';

interface Pending {
  settle(response: Response): void;
  reject(error: AdcsBackupError): void;
}

export class SessionThread {
  readonly #worker: Worker;
  readonly #watch: StallWatch;
  readonly #pending: Pending[] = [];
  readonly #exited: Promise<void>;
  /** Why no request can be made any more. */
  #ended: AdcsBackupError | undefined;

  constructor(options: StallOptions) {
    const clock = new CallClock();
    this.#watch = new StallWatch(clock, options);
    this.#worker = beginSessionThread(clock.memory);
    this.#worker.on('message', (response: Response) => this.#settleNext(response));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#fail(undefined);
        resolve();
      });
    });
  }

  request<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return new Promise<Output<Name>>((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      // The answers come in the order of the requests, so this one is of this operation.
      const settle = (response: Response): void =>
        response.succeeded ? resolve(response.output as Output<Name>) : reject(unpackError(response.error));
      this.#pending.push({ settle, reject });
      this.#watch.begin();
      this.#worker.postMessage({ name, input });
    });
  }

  /** Releases the library, then waits until the thread is gone. No request can follow. */
  async release(): Promise<void> {
    const released = this.request('release', undefined);
    this.#ended = new AdcsBackupError('internal', 'Certadm was released');
    try {
      await released;
    } finally {
      await this.stop();
    }
  }

  /** Ends the thread when it has made all calls that it was asked for. */
  async stop(): Promise<void> {
    this.#ended ??= new AdcsBackupError('internal', 'Certadm was released');
    this.#watch.end();
    await this.#worker.terminate();
    await this.#exited;
  }

  #settleNext(response: Response): void {
    this.#pending.shift()?.settle(response);
    if (this.#pending.length === 0) {
      this.#watch.end();
    }
  }

  #fail(cause: unknown): void {
    const reason = cause === undefined ? '' : `: ${messageOf(cause)}`;
    this.#ended ??= new AdcsBackupError('internal', `the thread of the session ended${reason}`, { cause });
    this.#watch.end();
    for (const pending of this.#pending.splice(0)) {
      pending.reject(this.#ended);
    }
  }
}
