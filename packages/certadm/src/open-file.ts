/** The port `OpenFile` over the session's thread. */
import { AdcsBackupError, type OpenFile, type SourceFile } from '@adcs-backup/core';
import { attachOrThrow } from './first-error.ts';
import type { SessionThread } from './thread/session-thread.ts';

export class CertadmFile implements OpenFile {
  readonly file: SourceFile;
  readonly sizeBytes: number;
  readonly #thread: SessionThread;
  readonly #scratches: Uint8Array<SharedArrayBuffer>[] = [];
  #isOpen: boolean = true;
  #failure: unknown;

  constructor(thread: SessionThread, file: SourceFile, sizeBytes: number) {
    this.#thread = thread;
    this.file = file;
    this.sizeBytes = sizeBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The first read that failed: after it, failures of Close and End are to be expected. */
  get failure(): unknown {
    return this.#failure;
  }

  /** A view of shared memory is filled in place; any other is filled by one copy. */
  async read(into: Uint8Array): Promise<number> {
    if (!this.#isOpen) {
      throw new AdcsBackupError('internal', `${this.file.path} is closed`);
    }
    if (into.byteLength === 0) {
      throw new AdcsBackupError('internal', `read of ${this.file.path} into an empty buffer`);
    }
    try {
      return await this.#read(into);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  async #read(into: Uint8Array): Promise<number> {
    if (isShared(into)) {
      return this.#thread.request('read', into);
    }
    const scratch = this.#takeScratch(into.byteLength);
    const bytesRead = await this.#thread.request('read', scratch);
    into.set(scratch.subarray(0, bytesRead));
    this.#scratches.push(scratch);
    return bytesRead;
  }

  /** One for each read that is queued, used again by later reads of the same size. */
  #takeScratch(sizeBytes: number): Uint8Array<SharedArrayBuffer> {
    const scratch = this.#scratches.pop();
    return scratch?.byteLength === sizeBytes ? scratch : new Uint8Array(new SharedArrayBuffer(sizeBytes));
  }

  async close(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      await this.#thread.request('closeFile', undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      attachOrThrow(this.#failure, error);
    }
  }
}

function isShared(view: Uint8Array): view is Uint8Array<SharedArrayBuffer> {
  return view.buffer instanceof SharedArrayBuffer;
}
