/** Errors across threads: structured cloning drops everything of ours but the message. */
import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core';
import { attachLater, laterErrorsOf } from '../first-error.ts';

export interface TransferredError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: TransferredError | undefined;
  readonly laterErrors: readonly TransferredError[];
  /** Of an AdcsBackupError. */
  readonly decision: Decision | undefined;
}

interface Decision {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
}

export function packError(thrown: unknown): TransferredError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: error.cause === undefined ? undefined : packError(error.cause),
    laterErrors: laterErrorsOf(error).map(packError),
    decision: AdcsBackupError.is(error) ? decisionOf(error) : undefined,
  };
}

function decisionOf({ code, hint, retryable }: AdcsBackupError): Decision {
  return { code, hint, retryable };
}

export function unpackError(packed: TransferredError): Error {
  const cause = packed.cause === undefined ? {} : { cause: unpackError(packed.cause) };
  const error: Error =
    packed.decision === undefined ? new Error(packed.message, cause) : known(packed, packed.decision, cause);
  if (error.name !== packed.name) {
    error.name = packed.name;
  }
  if (packed.stack !== undefined) {
    error.stack = packed.stack;
  }
  attachLater(error, packed.laterErrors.map(unpackError));
  return error;
}

function known({ message }: TransferredError, decision: Decision, cause: { cause?: Error }): AdcsBackupError {
  const { code, hint, retryable } = decision;
  return new AdcsBackupError(code, message, { retryable, ...(hint === undefined ? {} : { hint }), ...cause });
}
