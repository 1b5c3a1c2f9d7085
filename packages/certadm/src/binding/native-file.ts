/** The one open file of a session, read from its start to its end. */
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { NativeCalls } from './native-call.ts';
import type { Hcsbc, Out } from './prototypes.ts';

export class NativeFile {
  readonly #calls: NativeCalls;
  readonly #handle: Hcsbc;
  readonly #path: string;
  #isAtEnd: boolean = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(calls: NativeCalls, handle: Hcsbc, path: string) {
    this.#calls = calls;
    this.#handle = handle;
    this.#path = path;
  }

  /** @returns the number of bytes read, 0 at the end and ever after */
  read(into: Uint8Array): number {
    if (this.#failure !== undefined) {
      throw this.#notReadFurther(this.#failure.error);
    }
    if (this.#isAtEnd) {
      return 0;
    }
    try {
      return this.#read(into);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  #read(into: Uint8Array): number {
    const bytesRead: Out<number> = [0];
    this.#calls.call('CertSrvBackupRead', this.#handle, into, into.byteLength, bytesRead);
    if (bytesRead[0] > into.byteLength) {
      const claim = `${bytesRead[0]} bytes in a buffer of ${into.byteLength}`;
      throw new AdcsBackupError('certsrv-failed', `CertSrvBackupRead claims ${claim} for ${this.#path}`);
    }
    this.#isAtEnd = bytesRead[0] === 0;
    return bytesRead[0];
  }

  #notReadFurther(cause: unknown): AdcsBackupError {
    const code = AdcsBackupError.is(cause) ? cause.code : 'internal';
    return new AdcsBackupError(code, `${this.#path} is not read further: ${messageOf(cause)}`, { cause });
  }
}
