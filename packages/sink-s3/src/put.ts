import { hash } from 'node:crypto';
import type { ObjectKey, PutOptions, StoredObject } from '@adcs-backup/core/sink';
import { PutObjectCommand, type PutObjectCommandInput, type PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import type { Call } from './call.ts';
import { nameOf, statusOf } from './errors.ts';
import { PacedBody } from './paced-body.ts';
import { existsError, noLockError, oddAnswerError } from './refusals.ts';
import { checkRetention, wholeSeconds } from './retention.ts';

/** Stores a new object in one request; with a lock a second one looks whether the server keeps it. @throws `object-exists` */
export async function putObject(
  bucket: Bucket,
  object: { readonly key: ObjectKey; readonly bytes: Uint8Array },
  options: PutOptions,
): Promise<StoredObject> {
  const { key, bytes } = object;
  const what = `object ${key}`;
  const body = new PacedBody(bytes, options.pace);
  const checksum = hash('sha256', bytes, 'base64');
  const command = new PutObjectCommand({
    ...bucket.names(key),
    Body: body,
    ContentLength: bytes.byteLength,
    IfNoneMatch: '*',
    // In a header: object lock wants it there, and servers of some years ago refuse trailers.
    ChecksumAlgorithm: 'SHA256',
    ChecksumSHA256: checksum,
    ...storageOf(bucket),
    ...lockOf(options),
  });
  let stored: { readonly modifiedAt: Date; readonly version: string | undefined };
  try {
    stored = await bucket.call({ signal: options.signal, body }, async (call) => {
      const output = await bucket.client.send(command, call.options);
      checkStored(output, call, { what, checksum });
      return { modifiedAt: answeredAt(call), version: output.VersionId };
    });
  } catch (error) {
    throw refusalOf(error, what, options) ?? error;
  } finally {
    body.destroy();
  }
  await checkRetention(bucket, { key, version: stored.version }, options);
  return { key, sizeBytes: bytes.byteLength, modifiedAt: stored.modifiedAt };
}

/** By the server's clock; a put isn't told when the object was made. */
function answeredAt({ headers }: Pick<Call, 'headers'>): Date {
  const at = new Date(String(headers.date));
  return Number.isNaN(at.getTime()) ? new Date() : at;
}

function storageOf({ location }: Bucket): Partial<PutObjectCommandInput> {
  const { storageClass, sse, kmsKey } = location;
  return {
    ...(storageClass === undefined
      ? {}
      : { StorageClass: storageClass as NonNullable<PutObjectCommandInput['StorageClass']> }),
    ...(sse === undefined ? {} : { ServerSideEncryption: sse }),
    ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }),
  };
}

function lockOf({ retainUntil }: PutOptions): Partial<PutObjectCommandInput> {
  if (retainUntil === undefined) return {};
  return { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: wholeSeconds(retainUntil) };
}

/** A success that isn't one: 200 from something else than S3, or with an error as its body. */
function checkStored(
  { ETag, ChecksumSHA256 }: PutObjectCommandOutput,
  { headers }: Call,
  wanted: { readonly what: string; readonly checksum: string },
): void {
  if (ETag === undefined) throw oddAnswerError(`store ${wanted.what}`, 'the answer has no ETag');
  if (!/^0*$/.test(headers['content-length'] ?? '')) {
    throw oddAnswerError(`store ${wanted.what}`, 'the answer has a body, which may be an error');
  }
  if (ChecksumSHA256 !== undefined && ChecksumSHA256 !== wanted.checksum) {
    throw oddAnswerError(`store ${wanted.what}`, 'the server tells another checksum than was sent');
  }
}

function refusalOf(error: unknown, what: string, { retainUntil }: PutOptions): Error | undefined {
  if (nameOf(error) === 'PreconditionFailed' || statusOf(error) === 412) return existsError(what, error);
  const isAboutLock = ['InvalidRequest', 'ObjectLockConfigurationNotFoundError'].includes(nameOf(error));
  return retainUntil !== undefined && isAboutLock ? noLockError(what, error) : undefined;
}
