/** A backup session as the library sees it: one handle, at most one open file. */
import { AdcsBackupError, type SetType } from '@adcs-backup/core';
import { attachLater } from '../first-error.ts';
import { hresultError } from './hresult-error.ts';
import type { NativeCalls } from './native-call.ts';
import { NativeFile } from './native-file.ts';
import type { Hcsbc, ListExport, ListPointer, Out } from './prototypes.ts';

/** CSBACKUP_TYPE_* of Certbcli.h. */
const backupTypes: Readonly<Record<SetType, number>> = { full: 1, 'logs-only': 2 };

/** What End answers to an incomplete backup: hrNoBackup, hrInvalidBackupSequence. */
const notCounted: ReadonlySet<number> = new Set([0xc8000208, 0xc8000209]);

/** Copies `sizeBytes` bytes from memory of the library. */
export type ReadMemory = (pointer: ListPointer, sizeBytes: number) => Uint8Array;

export class NativeSession {
  readonly #calls: NativeCalls;
  readonly #handle: Hcsbc;
  #file: NativeFile | undefined;

  private constructor(calls: NativeCalls, handle: Hcsbc) {
    this.#calls = calls;
    this.#handle = handle;
  }

  /** After a failure there is no session, so nothing to end. */
  static prepare(calls: NativeCalls, server: string, type: SetType): NativeSession {
    const handle: Out<Hcsbc | null> = [null];
    calls.call('CertSrvBackupPrepareW', server, 0, backupTypes[type], handle);
    if (handle[0] === null) {
      throw new AdcsBackupError('certsrv-failed', 'CertSrvBackupPrepareW succeeded without a session handle');
    }
    return new NativeSession(calls, handle[0]);
  }

  /** The bytes of a list, copied; the library's own buffer is freed before this returns. */
  readList(name: ListExport, readMemory: ReadMemory): Uint8Array {
    const list: Out<ListPointer | null> = [null];
    const sizeBytes: Out<number> = [0];
    this.#calls.call(name, this.#handle, list, sizeBytes);
    const pointer = list[0];
    if (pointer === null) {
      return emptyList(name, sizeBytes[0]);
    }
    try {
      return sizeBytes[0] === 0 ? new Uint8Array() : readMemory(pointer, sizeBytes[0]);
    } finally {
      this.#calls.free(pointer);
    }
  }

  /** @returns the announced size in bytes */
  openFile(path: string): number {
    const sizeBytes: Out<number | bigint> = [0];
    // 0: the library chooses the size of its own buffer.
    this.#calls.call('CertSrvBackupOpenFileW', this.#handle, path, 0, sizeBytes);
    this.#file = new NativeFile(this.#calls, this.#handle, path);
    const size = Number(sizeBytes[0]);
    if (Number.isSafeInteger(size) && size >= 0) {
      return size;
    }
    throw this.#closedAfter(
      new AdcsBackupError('certsrv-failed', `CertSrvBackupOpenFileW announced ${sizeBytes[0]} bytes for ${path}`),
    );
  }

  read(into: Uint8Array): number {
    if (this.#file === undefined) {
      throw new AdcsBackupError('internal', 'read without an open file');
    }
    return this.#file.read(into);
  }

  closeFile(): void {
    this.#file = undefined;
    this.#calls.call('CertSrvBackupClose', this.#handle);
  }

  truncateLogs(): void {
    this.#calls.call('CertSrvBackupTruncateLogs', this.#handle);
  }

  end(): void {
    this.#calls.call('CertSrvBackupEnd', this.#handle);
  }

  /** Ends a session that isn't to count: then it is no failure that not everything was fetched. */
  abandon(): void {
    const hresult = this.#calls.status('CertSrvBackupEnd', this.#handle);
    if (hresult < 0 && !notCounted.has(hresult >>> 0)) {
      throw hresultError('CertSrvBackupEnd', hresult);
    }
  }

  #closedAfter(error: AdcsBackupError): AdcsBackupError {
    try {
      this.closeFile();
    } catch (closeError) {
      attachLater(error, [closeError]);
    }
    return error;
  }
}

/** The documentation doesn't say how an empty list looks: size 0 or one NUL are both taken for one. */
function emptyList(name: ListExport, sizeBytes: number): Uint8Array {
  if (sizeBytes > 2) {
    throw new AdcsBackupError('certsrv-failed', `${name} announced ${sizeBytes} bytes and answered no list`);
  }
  return new Uint8Array();
}
