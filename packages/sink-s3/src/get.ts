import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type GetOptions, MAX_OBJECT_BYTES, type ObjectKey } from '@adcs-backup/core/sink';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { nameOf, statusOf } from './errors.ts';
import { damagedError, notFoundError, oddAnswerError, tooLargeError } from './refusals.ts';

/** Reads an object, or the part that `range` names. @throws `object-not-found`, `object-too-large` */
export async function getObject(bucket: Bucket, key: ObjectKey, options: GetOptions): Promise<Uint8Array> {
  const { range, version, signal } = options;
  const command = new GetObjectCommand({
    ...bucket.names(key),
    ...(range === undefined ? {} : { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }),
    ...(version === undefined ? {} : { VersionId: version }),
  });
  try {
    return await bucket.call({ signal }, async ({ options: callOptions }) => {
      const output = await bucket.client.send(command, callOptions);
      const bytes = await bytesOf(output, key, options);
      checkBytes(bucket, { bytes, output, key });
      return bytes;
    });
  } catch (error) {
    if (statusOf(error) === 416) return new Uint8Array(0);
    throw ['NoSuchKey', 'NoSuchVersion'].includes(nameOf(error)) ? notFoundError(`object ${key}`, error) : error;
  }
}

async function bytesOf(output: GetObjectCommandOutput, key: ObjectKey, options: GetOptions): Promise<Uint8Array> {
  const { Body, ContentLength, ContentRange, ETag = '' } = output;
  const what = `read object ${key}`;
  if (!(Body instanceof Readable) || ContentLength === undefined || ETag === '') {
    throw oddAnswerError(what, 'the answer has no length or no ETag');
  }
  if (options.range !== undefined && ContentRange === undefined) {
    throw oddAnswerError(what, 'the whole object came instead of a part');
  }
  const maxBytes = options.maxBytes ?? MAX_OBJECT_BYTES;
  if (ContentLength > maxBytes) throw tooLargeError(`object ${key}`, ContentLength, maxBytes);
  const bytes = await readAll(Body, ContentLength);
  /* v8 ignore next -- @preserve Node's parser ends a body at its length, and fails one that ends before */
  if (bytes === undefined) throw oddAnswerError(what, 'fewer bytes came than were announced');
  return bytes;
}

/** @throws `integrity-failed`, only the first time retryable: a damaged object would be read for as long as retries last */
function checkBytes(
  bucket: Bucket,
  {
    bytes,
    output,
    key,
  }: { readonly bytes: Uint8Array; readonly output: GetObjectCommandOutput; readonly key: ObjectKey },
): void {
  const id = `${key}?${output.VersionId ?? ''}`;
  const isAgain = bucket.damaged.delete(id);
  if (output.ContentRange !== undefined || !isDamaged(bytes, output)) return;
  if (!isAgain) bucket.damaged.add(id);
  throw damagedError(`object ${key}`, isAgain);
}

/** Undefined if there are fewer. */
async function readAll(body: Readable, sizeBytes: number): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  const chunks: AsyncIterable<Buffer> = body;
  for await (const chunk of chunks) filled += chunk.copy(bytes, filled);
  return filled === sizeBytes ? bytes : undefined;
}

/**
 * Whether what came differs from the checksum that the server keeps of the whole object: the one that was sent with
 * the put, or else the ETag, which is the MD5 of what came in one put and isn't encrypted by a key of the user's.
 */
function isDamaged(bytes: Uint8Array, output: GetObjectCommandOutput): boolean {
  const { ChecksumSHA256, ETag = '', ServerSideEncryption = 'AES256', SSECustomerAlgorithm } = output;
  // A dash: of the parts of an object.
  if (ChecksumSHA256 !== undefined && !ChecksumSHA256.includes('-')) {
    return hash('sha256', bytes, 'base64') !== ChecksumSHA256;
  }
  const md5 = /^"?([0-9a-f]{32})"?$/.exec(ETag)?.[1];
  const isPlain = ServerSideEncryption === 'AES256' && SSECustomerAlgorithm === undefined;
  return md5 !== undefined && isPlain && hash('md5', bytes, 'hex') !== md5;
}
