/** The port `OpenFile` over the session's thread. */
import { AdcsBackupError, type OpenFile, type SourceFile } from '@adcs-backup/core';
import { attachOrThrow } from './first-error.ts';
import type { SessionRequests } from './session-requests.ts';

export class CertadmFile implements OpenFile {
  readonly file: SourceFile;
  readonly sizeBytes: number;
  readonly #requests: SessionRequests;
  readonly #scratches: Uint8Array<SharedArrayBuffer>[] = [];
  #isOpen: boolean = true;

  constructor(requests: SessionRequests, file: SourceFile, sizeBytes: number) {
    this.#requests = requests;
    this.file = file;
    this.sizeBytes = sizeBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A view of shared memory is filled in place; any other is filled by one copy. */
  async read(into: Uint8Array): Promise<number> {
    if (!this.#isOpen) {
      throw new AdcsBackupError('internal', `${this.file.path} is closed`);
    }
    if (into.byteLength === 0) {
      throw new AdcsBackupError('internal', `read of ${this.file.path} into an empty buffer`);
    }
    if (isShared(into)) {
      return this.#requests.request('read', into);
    }
    const scratch = this.#takeScratch(into.byteLength);
    const bytesRead = await this.#requests.request('read', scratch);
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
      await this.#requests.request('closeFile', undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const first = this.#requests.failure;
    try {
      await this.close();
    } catch (error) {
      attachOrThrow(first, error);
    }
  }
}

function isShared(view: Uint8Array): view is Uint8Array<SharedArrayBuffer> {
  return view.buffer instanceof SharedArrayBuffer;
}
