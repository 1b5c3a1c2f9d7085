/** What the main thread asks of the session's thread. Requests are answered strictly in order. */
import type { LibraryInfo, SetType } from '@adcs-backup/core';
import type { ListExport } from '../binding/prototypes.ts';
import type { LibraryProbe } from '../probe-library.ts';
import type { TransferredError } from './error-transfer.ts';

interface Operations {
  /** Path of another library than the system's. */
  load(library: string | undefined): LibraryInfo;
  probe(library: string | undefined): LibraryProbe;
  isServerOnline(server: string): boolean;
  prepareBackup(request: { readonly server: string; readonly type: SetType }): void;
  readList(name: ListExport): Uint8Array;
  openFile(path: string): number;
  /** Shared memory: filled by the session's thread, nothing is copied. */
  read(into: Uint8Array<SharedArrayBuffer>): number;
  closeFile(): void;
  truncateLogs(): void;
  endSession(as: 'complete' | 'abandoned'): void;
  release(): void;
}

export type OperationName = keyof Operations;
export type Input<Name extends OperationName> = Parameters<Operations[Name]>[0];
export type Output<Name extends OperationName> = ReturnType<Operations[Name]>;

export type Request<Name extends OperationName = OperationName> = {
  readonly [Each in Name]: { readonly name: Each; readonly input: Input<Each> };
}[Name];

export type Response =
  | { readonly succeeded: true; readonly output: unknown }
  | { readonly succeeded: false; readonly error: TransferredError };

export type Handlers = {
  readonly [Name in OperationName]: (input: Input<Name>) => Output<Name> | Promise<Output<Name>>;
};
