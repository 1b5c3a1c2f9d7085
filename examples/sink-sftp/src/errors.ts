import { AdcsBackupError, type ErrorCode } from '@adcs-backup/core/sink';

/** What SFTP servers answer: draft-ietf-secsh-filexfer-02, and from 10 on the later drafts. */
export const status = {
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  connectionLost: 7,
  unsupported: 8,
  exists: 11,
  writeProtected: 12,
  noSpace: 14,
  quotaExceeded: 15,
} as const;

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable?: boolean;
}

const unreachable: Meaning = {
  code: 'sink-unreachable',
  hint: 'Check the name and port of the server, that it runs, and that no firewall is in the way.',
  retryable: true,
};
const notAdmitted: Meaning = {
  code: 'sink-denied',
  hint: 'Check the user in the URL, and that the server knows the key or password.',
};
const noAlgorithm: Meaning = {
  code: 'sink-denied',
  hint: 'The server offers no algorithm that this client takes, or no host key of a type that the file of known hosts has.',
};
const denied: Meaning = {
  code: 'sink-denied',
  hint: 'Give the user the right to create and read files in this folder.',
};
const full: Meaning = {
  code: 'sink-full',
  hint: 'Make room on the server, or raise the quota; the sets already stored are complete.',
};
const vanished: Meaning = {
  code: 'sink-failed',
  hint: 'A folder of the sink was removed meanwhile.',
  retryable: true,
};
const failed: Meaning = {
  code: 'sink-failed',
  hint: 'The server does not say why: its own log may.',
};

const byStatus = new Map<number, Meaning>([
  [status.noSuchFile, vanished],
  [status.permissionDenied, denied],
  [status.writeProtected, denied],
  [status.noSpace, full],
  [status.quotaExceeded, full],
  [status.connectionLost, unreachable],
]);

/** By the word with which ssh2 says where a connection failed. */
const byLevel = new Map<string, Meaning>([
  ['client-authentication', notAdmitted],
  ['agent', notAdmitted],
  ['handshake', noAlgorithm],
]);

/** The server's answer, where the error is one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** Whether it may be that a name is taken: many servers say "failure" of that, as of much else. */
export function maySayTaken(error: unknown): boolean {
  const answered = statusOf(error);
  return answered === status.failure || answered === status.exists;
}

/** Waits for `work`, and lets pass what a server answers with one of `tolerated`: then gives undefined. */
export async function tolerate<T>(work: Promise<T>, tolerated: readonly number[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!tolerated.includes(statusOf(error) ?? -1)) throw error;
    return undefined;
  }
}

/** What an error of the server or of the connection means to the caller; errors that already say so are kept. */
export function sftpError(action: string, error: unknown): AdcsBackupError {
  if (AdcsBackupError.is(error)) return error;
  const { code, hint, retryable } = meaningOf(error);
  const message = `${action}: ${error instanceof Error ? error.message : String(error)}`;
  return new AdcsBackupError(code, message, { hint, retryable: retryable ?? false, cause: error });
}

function meaningOf(error: unknown): Meaning {
  const answered = statusOf(error);
  if (answered !== undefined) return byStatus.get(answered) ?? failed;
  const level = error instanceof Error && 'level' in error && typeof error.level === 'string' ? error.level : '';
  // Whatever else goes wrong is the connection.
  return byLevel.get(level) ?? unreachable;
}

export function fullError(action: string, cause: unknown): AdcsBackupError {
  return new AdcsBackupError(full.code, `${action}: no space is left`, { hint: full.hint, cause });
}
