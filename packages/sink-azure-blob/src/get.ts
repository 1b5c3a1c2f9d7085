import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type GetOptions, MAX_OBJECT_BYTES } from '@adcs-backup/core/sink';
import type { BlobClient, BlobDownloadResponseParsed } from '@azure/storage-blob';
import { abortable } from './abortable.ts';
import { isBeyondEnd } from './errors.ts';
import { causeOf } from './failure.ts';
import { cutOffError, damagedError, tooLargeError } from './refusals.ts';

/** For larger ranges the service gives no MD5. */
const maxHashedRangeBytes = 4 * 1024 * 1024;

/** Reads a blob, or the part that `range` names, and holds it against its MD5 where the service has one. */
export async function downloadBlob(blob: BlobClient, what: string, options: GetOptions): Promise<Uint8Array> {
  const { range, signal } = options;
  if (range?.length === 0) {
    // HTTP has no empty ranges; whether the object is there must be found out all the same.
    await blob.getProperties(abortable(signal));
    return new Uint8Array(0);
  }
  const hashed = range !== undefined && range.length <= maxHashedRangeBytes;
  try {
    const reply = await blob.download(range?.offset ?? 0, range?.length, {
      maxRetryRequests: 0,
      ...(hashed ? { rangeGetContentMD5: true } : {}),
      ...abortable(signal),
    });
    return await readReply(reply, what, options.maxBytes ?? MAX_OBJECT_BYTES);
  } catch (error) {
    if (range !== undefined && isBeyondEnd(error)) return new Uint8Array(0);
    throw error;
  }
}

async function readReply(reply: BlobDownloadResponseParsed, what: string, maxBytes: number): Promise<Uint8Array> {
  const body = reply.readableStreamBody;
  const { contentLength: sizeBytes, contentMD5: md5 } = reply;
  /* v8 ignore next 3 -- @preserve the SDK checks the length itself, and gives streams in Node */
  if (body === undefined || sizeBytes === undefined) {
    throw new Error(`${what}: a reply without body or length`);
  }
  if (sizeBytes > maxBytes) {
    discard(body);
    throw tooLargeError(what, sizeBytes, maxBytes);
  }
  const bytes = await readFully(body, what, sizeBytes);
  if (md5 !== undefined && !createHash('md5').update(bytes).digest().equals(md5)) throw damagedError(what);
  return bytes;
}

async function readFully(body: NodeJS.ReadableStream, what: string, sizeBytes: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let filled = 0;
  try {
    for await (const chunk of body) filled += Buffer.from(chunk).copy(bytes, filled);
  } catch (error) {
    throw cutOffError(what, { found: filled, wanted: sizeBytes, cause: causeOf(error) });
  }
  return bytes;
}

function discard(body: NodeJS.ReadableStream): void {
  if (body instanceof Readable) body.destroy();
}
