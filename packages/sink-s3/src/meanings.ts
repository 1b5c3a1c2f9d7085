import type { ErrorCode } from '@adcs-backup/core';

/** What an answer of the server means to the caller. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable?: boolean;
}

const rights =
  'Allow s3:PutObject, s3:GetObject and s3:ListBucket on the bucket and its objects; a policy of the organization or a block of the network may refuse as well.';
const keyWrong = 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that they come from.';
const expired =
  'The credentials have expired: renew them, or use a source that renews them itself, such as credential_process.';
const busy = 'The server is busy or has a fault; the call is made again for a while.';
const damaged =
  'The bytes were changed between here and the server: look for a faulty proxy or network card if it happens again.';
const kms =
  'Check the key of kms-key, that it is enabled, and that the credentials may use it (kms:GenerateDataKey, kms:Decrypt).';
const notThere = 'Create the bucket, or correct its name, region or endpoint: the backup never creates it.';

const denied = (hint: string): Meaning => ({ code: 'sink-denied', hint });
const again = (code: ErrorCode, hint: string): Meaning => ({ code, hint, retryable: true });
const unreachable: Meaning = again('sink-unreachable', busy);

/** By the code of the answer, as S3 and servers that speak S3 name it. */
const names: Readonly<Record<string, Meaning>> = {
  NoSuchBucket: { code: 'invalid-location', hint: notThere },
  InvalidBucketName: { code: 'invalid-location', hint: notThere },
  InvalidStorageClass: {
    code: 'invalid-location',
    hint: 'Name a storage class that the server has, or leave storage-class out.',
  },
  AccessDenied: denied(rights),
  AllAccessDisabled: denied(rights),
  AccountProblem: denied('Ask the owner of the account.'),
  InvalidAccessKeyId: denied(keyWrong),
  SignatureDoesNotMatch: denied(keyWrong),
  AuthorizationHeaderMalformed: denied(keyWrong),
  InvalidToken: denied(keyWrong),
  ExpiredToken: denied(expired),
  ExpiredTokenException: denied(expired),
  TokenRefreshRequired: denied(expired),
  RequestTimeTooSkewed: denied("This machine's clock and the server's differ too much: set the clock of this machine."),
  RequestExpired: denied("This machine's clock and the server's differ too much: set the clock of this machine."),
  CredentialsProviderError: denied(
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or a credential_process in the configuration of the account that runs the backup.',
  ),
  TokenProviderError: denied(expired),
  'KMS.DisabledException': denied(kms),
  'KMS.NotFoundException': denied(kms),
  'KMS.KMSInvalidStateException': denied(kms),
  QuotaExceeded: {
    code: 'sink-full',
    hint: 'Raise the quota of the user or bucket; the sets already stored are complete.',
  },
  StorageFull: { code: 'sink-full', hint: 'Make room on the server; the sets already stored are complete.' },
  XMinioStorageFull: { code: 'sink-full', hint: 'Make room on the server; the sets already stored are complete.' },
  EntityTooLarge: { code: 'object-too-large', hint: 'The server takes no objects of this size.' },
  BadDigest: again('integrity-failed', damaged),
  XAmzContentSHA256Mismatch: again('integrity-failed', damaged),
  XAmzContentChecksumMismatch: again('integrity-failed', damaged),
  IncompleteBody: again('sink-unreachable', 'The connection broke during a put; it is made again.'),
  RequestTimeout: again('sink-unreachable', 'The connection was too slow for the server; the call is made again.'),
  SlowDown: unreachable,
  TooManyRequests: unreachable,
  InternalError: unreachable,
  ServiceUnavailable: unreachable,
  OperationAborted: again('sink-failed', 'Another change of the same object is under way; the call is made again.'),
  ConditionalRequestConflict: again(
    'sink-failed',
    'Another put of the same object is under way; the call is made again.',
  ),
  InvalidObjectState: {
    code: 'sink-failed',
    hint: 'A lifecycle rule has moved the object into an archive: restore it from there, and take the rule away.',
  },
  NotImplemented: {
    code: 'sink-failed',
    hint: 'The server lacks something that the backup needs: update it, or take another.',
  },
};

/** What is no code must not be found among what every object has. */
const byName: ReadonlyMap<string, Meaning> = new Map(Object.entries(names));

const byStatus: Readonly<Record<number, Meaning>> = {
  401: denied(keyWrong),
  403: denied(rights),
  407: denied('The proxy asks for a user and password: put them into HTTPS_PROXY.'),
  408: unreachable,
  409: again('sink-failed', 'Something else changes the same object or bucket; the call is made again.'),
  411: { code: 'sink-failed', hint: 'A proxy or the server refuses how bodies are sent: take it out of the way.' },
  413: { code: 'object-too-large', hint: 'A proxy or the server takes no objects of this size.' },
  425: unreachable,
  429: unreachable,
  507: { code: 'sink-full', hint: 'Make room on the server; the sets already stored are complete.' },
};

/** By what the server said; undefined when that is nothing known. */
export function meaningOfAnswer(name: string, status: number | undefined): Meaning | undefined {
  return (
    byName.get(name) ??
    (status === undefined ? undefined : (byStatus[status] ?? (status >= 500 ? unreachable : undefined)))
  );
}
