import { AdcsBackupError } from '@adcs-backup/core';
import { closest, isObjectKey } from '@adcs-backup/core/sink';
import { bucketFault } from './bucket-name.ts';

/** Where objects go, and how they are stored there. */
export interface S3Location {
  readonly bucket: string;
  /** Before each key: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Undefined: what the SDK finds in `AWS_REGION` or in its files. */
  readonly region: string | undefined;
  /** Of a server that isn't Amazon's, or of a private endpoint. */
  readonly endpoint: string | undefined;
  /** The bucket in the path instead of the host's name. */
  readonly forcePathStyle: boolean;
  readonly storageClass: string | undefined;
  /** Encryption by the server. */
  readonly sse: Encryption | undefined;
  readonly kmsKey: string | undefined;
  /** For people: a URL without credentials. */
  readonly text: string;
}

export const s3UrlForm: string =
  's3://bucket/prefix?region=…&endpoint=…&force-path-style=…&storage-class=…&sse=…&kms-key=…';

const encryptions = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;
type Encryption = (typeof encryptions)[number];

const parameters = ['region', 'endpoint', 'force-path-style', 'storage-class', 'sse', 'kms-key'] as const;
type Parameter = (typeof parameters)[number];

const form = 'Write s3://bucket/prefix, for example s3://pki-backups/ca01?region=eu-central-1.';

/**
 * Reads the URL of a bucket. Looks at the text only; asks no server.
 * @throws `invalid-location`; what might hold a secret is not repeated in the message
 */
export function s3Location(url: URL): S3Location {
  if (url.protocol !== 's3:') throw invalid(`${url.protocol}// is not a bucket`, form);
  if (url.username !== '' || url.password !== '') throw withCredentials();
  if (url.port !== '' || url.hash !== '') throw invalid('the s3: URL has a port or a fragment', form);
  const bucket = url.hostname;
  const fault = bucketFault(bucket);
  if (fault !== undefined) throw invalid(`${JSON.stringify(bucket)} is not the name of a bucket: ${fault}`, form);
  const values = parametersOf(url);
  return {
    bucket,
    prefix: prefixOf(url.pathname),
    region: matching(values, 'region', /^[a-z0-9-]+$/i),
    endpoint: endpointOf(values),
    forcePathStyle: pathStyleOf(values),
    storageClass: storageClassOf(values),
    ...encryptionOf(values),
    text: url.href,
  };
}

function parametersOf(url: URL): ReadonlyMap<Parameter, string> {
  const values = new Map<Parameter, string>();
  for (const [name, value] of url.searchParams) {
    const known = parameters.find((parameter) => parameter === name);
    if (known === undefined) throw unknownParameter(name);
    if (values.has(known)) throw invalid(`the s3: URL has ${known} twice`, 'Name it once.');
    if (value === '') throw invalid(`the s3: URL has ${known} without a value`, 'Give it a value or leave it out.');
    values.set(known, value);
  }
  return values;
}

function prefixOf(pathname: string): string {
  const path = pathname.replace(/^\//, '').replace(/\/$/, '');
  if (path === '') return '';
  if (isObjectKey(path)) return `${path}/`;
  throw invalid(
    `${JSON.stringify(path)} can't be the prefix of keys`,
    'Write parts of A-Z a-z 0-9 . _ - joined by single slashes, for example s3://pki-backups/ca01.',
  );
}

function matching(values: ReadonlyMap<Parameter, string>, name: Parameter, pattern: RegExp): string | undefined {
  const value = values.get(name);
  if (value === undefined || pattern.test(value)) return value;
  throw invalid(`the ${name} of the s3: URL can't be right`, `It must match ${pattern.source}.`);
}

function endpointOf(values: ReadonlyMap<Parameter, string>): string | undefined {
  const value = values.get('endpoint');
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  const hint = 'Write it with its scheme, for example endpoint=https://s3.example.com:9000.';
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid('the endpoint of the s3: URL is no http or https URL', hint);
  }
  if (url.username !== '' || url.password !== '') throw withCredentials();
  if (url.search !== '' || url.hash !== '')
    throw invalid('the endpoint of the s3: URL has a query or a fragment', hint);
  return value;
}

/** Few other servers have a name for each bucket. */
function pathStyleOf(values: ReadonlyMap<Parameter, string>): boolean {
  const value = matching(values, 'force-path-style', /^(true|false)$/);
  return value === undefined ? values.has('endpoint') : value === 'true';
}

function storageClassOf(values: ReadonlyMap<Parameter, string>): string | undefined {
  const value = matching(values, 'storage-class', /^[A-Z0-9_-]+$/i);
  if (value === 'GLACIER' || value === 'DEEP_ARCHIVE') {
    throw invalid(
      `storage class ${value} can't be read without restoring it first`,
      'Each backup reads what earlier ones stored: take GLACIER_IR or STANDARD_IA, or leave storage-class out.',
    );
  }
  return value;
}

function encryptionOf(values: ReadonlyMap<Parameter, string>): Pick<S3Location, 'sse' | 'kmsKey'> {
  const named = matching(values, 'sse', /^(AES256|aws:kms(:dsse)?)$/);
  const sse = encryptions.find((encryption) => encryption === named);
  const kmsKey = values.get('kms-key');
  if (kmsKey === undefined || sse?.startsWith('aws:kms')) return { sse, kmsKey };
  throw invalid('the s3: URL has kms-key without sse=aws:kms', 'Add sse=aws:kms or sse=aws:kms:dsse.');
}

function unknownParameter(name: string): AdcsBackupError {
  const near = closest(name, parameters);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  return invalid(
    `the s3: URL has an unknown parameter ${JSON.stringify(name)}`,
    `${meant}Known: ${parameters.join(', ')}.`,
  );
}

function withCredentials(): AdcsBackupError {
  return invalid(
    'the s3: URL carries a user or password',
    'Other users can see command lines: put credentials into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or into the files of the AWS tools.',
  );
}

function invalid(message: string, hint: string): AdcsBackupError {
  return new AdcsBackupError('invalid-location', message, { hint });
}
