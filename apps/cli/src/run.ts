import type { AdcsBackupError } from '@adcs-backup/core';
import type { Output } from './output/output.ts';
import type { EndSignal } from './signals.ts';

/** What a command works with, and how it may end. */
export interface Run {
  readonly output: Output;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on `exit` ends the process: `exitNow` of certadm works while a native call hangs. */
  endWith(exit: (exitCode: number) => void): void;
  /** Reports the error and ends the process now, with nothing cleaned up. */
  endNow(error: AdcsBackupError): void;
}

/** `warnings`: a set was sealed, and there is something to look at. Failures are thrown. */
export type Body = (run: Run) => Promise<'done' | 'warnings'>;

export type Ending =
  | { readonly at: 'done' }
  | { readonly at: 'warnings' }
  | { readonly at: 'failed'; readonly error: AdcsBackupError }
  | { readonly at: 'interrupted'; readonly endSignal: EndSignal };

/** The flags that every command has. */
export interface GlobalFlags {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  /** False after `--no-color`. */
  readonly color: boolean;
  readonly config?: string | undefined;
  readonly logFile?: string | undefined;
}

export interface Invocation {
  /** As typed, for example `backup`. */
  readonly command: string;
  readonly flags: GlobalFlags;
  readonly exitCodeOf: (ending: Ending) => number;
}
