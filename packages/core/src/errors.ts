/**
 * What went wrong, as a stable word. Callers decide by code, people read message and hint.
 * Codes are only ever added.
 */
export type ErrorCode =
  // Usage and configuration
  | 'invalid-usage'
  | 'invalid-configuration'
  | 'invalid-location'
  | 'invalid-key'
  | 'set-not-found'
  | 'ca-mismatch'
  // The platform and the library
  | 'unsupported-platform'
  | 'library-missing'
  | 'export-missing'
  // Certificate Services
  | 'server-not-online'
  | 'access-denied'
  | 'privilege-missing'
  | 'backup-in-progress'
  | 'full-backup-missing'
  | 'circular-logging'
  | 'history-forked'
  | 'log-missing'
  | 'source-damaged'
  | 'source-unreadable'
  | 'certsrv-failed'
  | 'stalled'
  // The sink
  | 'sink-unreachable'
  | 'sink-denied'
  | 'sink-full'
  | 'sink-failed'
  | 'object-exists'
  | 'object-not-found'
  | 'object-too-large'
  // What is stored
  | 'integrity-failed'
  | 'set-suspect'
  | 'signature-invalid'
  | 'rolled-back'
  | 'format-unsupported'
  // Keys
  | 'key-unusable'
  | 'identity-missing'
  // Where a restore goes
  | 'target-not-empty'
  | 'target-full'
  | 'target-failed'
  | 'internal';

export interface ErrorDetails {
  /** The error underneath, kept as it was. */
  readonly cause?: unknown;
  /** A full sentence: what the operator can do. */
  readonly hint?: string;
  /** Whether the same call may succeed if it is simply made again. */
  readonly retryable?: boolean;
}

/**
 * The one error class of the project. `message` is lower case without a full stop and names the
 * object; `hint` is a sentence for the operator. Test with {@link AdcsBackupError.is}: a sink from
 * npm may bring a copy of this package of its own.
 */
export class AdcsBackupError extends Error {
  override readonly name = 'AdcsBackupError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
  }

  static is(value: unknown, code?: ErrorCode): value is AdcsBackupError {
    return (
      value instanceof Error &&
      value.name === 'AdcsBackupError' &&
      'code' in value &&
      (code === undefined || value.code === code)
    );
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
