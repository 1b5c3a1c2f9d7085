import { AdcsBackupError, type ErrorCode, messageOf } from '@adcs-backup/core';
import type { JsonLine } from './json-line.ts';

/** An error as it is shown to people and programs. */

/** Anything that was thrown, as the project's error: a foreign one is a bug of ours. */
export function asAdcsBackupError(error: unknown): AdcsBackupError {
  if (AdcsBackupError.is(error)) return error;
  return new AdcsBackupError('internal', `internal error: ${messageOf(error)}`, {
    hint: 'This is a bug in adcs-backup. Run again with --verbose and report what it prints.',
    cause: error,
  });
}

export interface ErrorParts {
  readonly message: string;
  readonly hint: string | undefined;
  /** From the nearest to the deepest. */
  readonly causes: readonly string[];
}

/** What `--verbose` and the log file add to a message. */
export function errorParts(error: AdcsBackupError): ErrorParts {
  return { message: error.message, hint: error.hint, causes: causesOf(error) };
}

/** The line that `--json` prints for it. */
export function errorLine(error: AdcsBackupError): JsonLine {
  const code: ErrorCode = error.code;
  return { type: 'error', code, ...errorParts(error) };
}

function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  const seen = new Set<unknown>([error]);
  let current = causeOf(error);
  while (current !== undefined && current !== null && !seen.has(current)) {
    seen.add(current);
    causes.push(describe(current));
    current = causeOf(current);
  }
  return causes;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** A bug's stack says where to look; the project's own errors say it in their message. */
function describe(cause: unknown): string {
  if (AdcsBackupError.is(cause) || !(cause instanceof Error) || 'code' in cause) return messageOf(cause);
  return cause.stack ?? cause.message;
}
