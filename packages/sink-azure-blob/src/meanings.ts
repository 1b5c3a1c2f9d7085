import type { ErrorCode } from '@adcs-backup/core';

/** What a failure means to the caller. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable?: boolean;
}

const ways =
  'Set AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING; or give this computer an identity: ' +
  'a managed one (Azure Arc outside of Azure), or a service principal by AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH.';

export const noCredentials: Meaning = { code: 'sink-denied', hint: ways };

const rights: Meaning = {
  code: 'sink-denied',
  hint: 'Let the credentials create, read and list blobs in the container (a signature with sp=rcl, or a role such as Storage Blob Data Contributor), and look whether the firewall of the account lets this computer in.',
};
const refused: Meaning = {
  code: 'sink-denied',
  hint: 'The key or signature is wrong, has ended, or belongs to another account; or the clock of this computer is wrong.',
};
const wrongKind: Meaning = {
  code: 'sink-denied',
  hint: 'The account takes no credentials of this kind: use a Microsoft Entra identity, or change the settings of the account.',
};
const locked: Meaning = {
  code: 'sink-denied',
  hint: 'A lock, a lease or a snapshot protects the object: wait until it ends.',
};
const noContainer: Meaning = {
  code: 'invalid-location',
  hint: 'Create the container, or correct its name in the location: the backup never creates it.',
};
const stranger: Meaning = {
  code: 'invalid-location',
  hint: 'What answers there is not the blob service of the account: check the endpoint in the location, and proxies on the way.',
};
const busy: Meaning = {
  code: 'sink-unreachable',
  hint: 'Azure Storage is busy or has a fault: the call is made again; if that does not help, look at the status of Azure.',
  retryable: true,
};
const damaged: Meaning = {
  code: 'sink-failed',
  hint: 'The bytes were changed on the way to the server, which stored nothing.',
  retryable: true,
};
const archived: Meaning = {
  code: 'sink-failed',
  hint: 'The object was moved to the archive tier: rehydrate it, and exclude backups from the rule that moves them.',
};
const unreachable: Meaning = {
  code: 'sink-unreachable',
  hint: 'Check the network, the proxy (HTTPS_PROXY, NO_PROXY) and the firewalls between this computer and the storage account.',
  retryable: true,
};
const unknownHost: Meaning = {
  code: 'sink-unreachable',
  hint: 'Check the name of the storage account and the endpoint in the location, the proxy (HTTPS_PROXY), and how this computer looks up names.',
  retryable: true,
};
const untrusted: Meaning = {
  code: 'sink-unreachable',
  hint: "The server's certificate isn't trusted here: name the certificate authority of your network or proxy with --ca-file.",
};
const proxy: Meaning = {
  code: 'sink-unreachable',
  hint: 'The proxy that HTTPS_PROXY names refused the connection: check its address and credentials, or except the storage account by NO_PROXY.',
};

function meaning(of: Meaning, ...codes: readonly string[]): [string, Meaning][] {
  return codes.map((code) => [code, of]);
}

/** By the service's own error codes. */
export const serverMeanings: ReadonlyMap<string, Meaning> = new Map([
  ...meaning(refused, 'AuthenticationFailed', 'InvalidAuthenticationInfo', 'NoAuthenticationInformation'),
  ...meaning(rights, 'AuthorizationFailure', 'AuthorizationPermissionMismatch', 'AuthorizationServiceMismatch'),
  ...meaning(
    rights,
    'AuthorizationResourceTypeMismatch',
    'AuthorizationSourceIPMismatch',
    'InsufficientAccountPermissions',
  ),
  ...meaning(
    wrongKind,
    'KeyBasedAuthenticationNotPermitted',
    'PublicAccessNotPermitted',
    'AuthorizationProtocolMismatch',
  ),
  ...meaning(locked, 'BlobImmutableDueToPolicy', 'BlobImmutableDueToLegalHold', 'LeaseIdMissing', 'SnapshotsPresent'),
  ...meaning(noContainer, 'ContainerNotFound', 'ContainerDisabled', 'ContainerBeingDeleted', 'InvalidResourceName'),
  ...meaning(busy, 'ServerBusy', 'InternalError', 'OperationTimedOut'),
  ...meaning(damaged, 'Md5Mismatch'),
  ...meaning(archived, 'BlobArchived', 'BlobBeingRehydrated'),
]);

/** By the status of the reply, where it says no more. */
export const statusMeanings: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [401, refused],
  [403, rights],
  [404, stranger],
  [407, proxy],
  ...[408, 429, 500, 502, 503, 504].map((status): [number, Meaning] => [status, busy]),
]);

/** By the codes of the network, of TLS, of Node. */
export const systemMeanings: ReadonlyMap<string, Meaning> = new Map([
  ...meaning(unreachable, 'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH'),
  ...meaning(unreachable, 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'REQUEST_SEND_ERROR', 'PARSE_ERROR', 'EPROTO'),
  ...meaning(unreachable, 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR'),
  ...meaning(unknownHost, 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA'),
  ...meaning(untrusted, 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  ...meaning(untrusted, 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'),
  ...meaning(untrusted, 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_UNTRUSTED', 'CERT_REVOKED'),
  ...meaning(proxy, 'ERR_PROXY_TUNNEL', 'ERR_PROXY_INVALID_CONFIG'),
]);

export { unreachable };
