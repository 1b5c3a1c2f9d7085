import { AdcsBackupError } from '@adcs-backup/core';
import { causeOf, describe, type Failure, failureOf } from './failure.ts';
import {
  type Meaning,
  noCredentials,
  serverMeanings,
  statusMeanings,
  systemMeanings,
  unreachable,
} from './meanings.ts';

/** Above this the service refuses what was signed: its limit is 15 minutes. */
const clockToleranceMs = 5 * 60_000;

/** What an error of the SDK means to the caller; errors that already say so are kept. */
export function azureBlobError(action: string, error: unknown): AdcsBackupError {
  if (AdcsBackupError.is(error)) return error;
  const failure = failureOf(error);
  const meaning = meaningOf(failure);
  const what = meaning === noCredentials ? credentialFailure(failure) : describe(error);
  const hint = [meaning?.hint, clockHint(failure)].filter((part) => part !== undefined).join(' ');
  return new AdcsBackupError(meaning?.code ?? 'sink-failed', `${action}: ${what}`, {
    ...(hint === '' ? {} : { hint }),
    retryable: meaning?.retryable ?? false,
    cause: causeOf(error),
  });
}

/** Whether the service said that the object isn't there: neither is the container, nor is it a stranger that says so. */
export function isMissing(error: unknown): boolean {
  return failureOf(error).serverCode === 'BlobNotFound';
}

/** Whether the server refused a put since the object is there. */
export function isThere(error: unknown): boolean {
  const { serverCode = '', status } = failureOf(error);
  // A put never replaces: a lock or a missing right to overwrite can only be about an object that is there.
  const words = ['BlobAlreadyExists', 'BlobImmutableDueToPolicy', 'UnauthorizedBlobOverwrite', 'ConditionNotMet'];
  return words.includes(serverCode) || status === 412;
}

/** Whether a range begins behind the end. */
export function isBeyondEnd(error: unknown): boolean {
  return failureOf(error).status === 416;
}

/** Whether credentials that work may not do this. */
export function isDenied(error: unknown): boolean {
  const { status } = failureOf(error);
  return status === 401 || status === 403;
}

function meaningOf({ name, serverCode, status, systemCode }: Failure): Meaning | undefined {
  if (['CredentialUnavailableError', 'AggregateAuthenticationError', 'AuthenticationError'].includes(name)) {
    return noCredentials;
  }
  if (status !== undefined) return serverMeanings.get(serverCode ?? '') ?? statusMeanings.get(status);
  // Whoever aborts by the caller's signal doesn't come here: a reply that broke off does.
  if (name === 'AbortError') return unreachable;
  const known = systemMeanings.get(systemCode ?? '');
  return known ?? (/^HPE_/.test(systemCode ?? '') ? unreachable : undefined);
}

/** The chain tells of every way that it tried: that is for the cause. */
function credentialFailure({ name, message }: Failure): string {
  return name === 'AuthenticationError' ? `Microsoft Entra refused: ${message}` : 'no credentials for Azure were found';
}

function clockHint({ status, aheadMs }: Failure): string | undefined {
  if (!(status === 401 || status === 403) || aheadMs === undefined || Math.abs(aheadMs) < clockToleranceMs) {
    return undefined;
  }
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return `The clock of this computer is ${minutes} minutes ${aheadMs > 0 ? 'behind' : 'ahead of'} the server's.`;
}
