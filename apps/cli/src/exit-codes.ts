import type { ErrorCode } from '@adcs-backup/core';
import type { Ending } from './run.ts';
import type { EndSignal } from './signals.ts';

/** What the process tells its caller. Scripts rely on the numbers: they never change. */

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_WARNINGS = 3;

/** Every error code has an exit code: a missing one doesn't compile. */
const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  'invalid-usage': EXIT_USAGE,
  'invalid-configuration': EXIT_USAGE,
  'invalid-location': EXIT_USAGE,
  'invalid-key': EXIT_USAGE,
  'set-not-found': EXIT_USAGE,
  'ca-mismatch': EXIT_USAGE,
  'unsupported-platform': 20,
  'library-missing': 20,
  'export-missing': 20,
  'server-not-online': 10,
  'access-denied': 11,
  'privilege-missing': 11,
  'backup-in-progress': 15,
  'full-backup-missing': EXIT_FAILED,
  'circular-logging': EXIT_FAILED,
  'history-forked': 14,
  'log-missing': 14,
  'source-damaged': 14,
  'source-unreadable': EXIT_FAILED,
  'certsrv-failed': EXIT_FAILED,
  stalled: EXIT_FAILED,
  'sink-unreachable': 12,
  'sink-denied': 13,
  'sink-full': 13,
  'sink-failed': EXIT_FAILED,
  'object-exists': 13,
  'object-not-found': 14,
  'object-too-large': 14,
  'integrity-failed': 14,
  'set-suspect': 14,
  'signature-invalid': 14,
  'rolled-back': 14,
  'key-unusable': EXIT_USAGE,
  'identity-missing': EXIT_USAGE,
  'format-unsupported': EXIT_FAILED,
  'target-not-empty': EXIT_FAILED,
  'target-full': EXIT_FAILED,
  'target-failed': EXIT_FAILED,
  internal: EXIT_FAILED,
};

/** SIGINT and SIGBREAK are Ctrl-C and Ctrl-Break; SIGHUP is a closed console window. */
const exitCodeOfSignal: Readonly<Record<EndSignal, number>> = {
  SIGINT: 130,
  SIGBREAK: 130,
  SIGTERM: 143,
  SIGHUP: 143,
};

/** The exit code for an ending. A code that another copy of core brings and this one doesn't know is a failure. */
export function exitCodeFor(ending: Ending): number {
  switch (ending.at) {
    case 'done':
      return EXIT_DONE;
    case 'warnings':
      return EXIT_WARNINGS;
    case 'interrupted':
      return exitCodeOfSignal[ending.endSignal];
    case 'failed':
      return new Map(Object.entries(exitCodeOf)).get(ending.error.code) ?? EXIT_FAILED;
  }
}
