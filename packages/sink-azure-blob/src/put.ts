import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AdcsBackupError } from '@adcs-backup/core';
import type { PutOptions } from '@adcs-backup/core/sink';
import type { BlobGetPropertiesResponse, BlobImmutabilityPolicy, BlockBlobClient } from '@azure/storage-blob';
import { abortable } from './abortable.ts';
import { azureBlobError, isDenied, isThere } from './errors.ts';
import { causeOf, describe } from './failure.ts';
import type { AzureBlobTier } from './location.ts';
import { existsError, lockRefusedError, notRetainedError } from './refusals.ts';

const pieceBytes = 64 * 1024;

export interface Upload extends PutOptions {
  /** For messages. */
  readonly what: string;
  readonly body: Uint8Array;
  readonly tier: AzureBlobTier | undefined;
}

/** Stores a new blob, and gives its time. The server checks the MD5 that comes along, and keeps it. */
export async function uploadBlob(blob: BlockBlobClient, upload: Upload): Promise<Date> {
  const { what, body, tier, retainUntil, signal } = upload;
  const policy = retainUntil === undefined ? undefined : policyUntil(retainUntil);
  let modifiedAt: Date | undefined;
  try {
    const reply = await blob.upload(sendable(upload), body.byteLength, {
      conditions: { ifNoneMatch: '*' },
      transactionalContentMD5: createHash('md5').update(body).digest(),
      ...(tier === undefined ? {} : { tier }),
      ...(policy === undefined ? {} : { immutabilityPolicy: policy }),
      ...abortable(signal),
    });
    modifiedAt = reply.lastModified;
  } catch (error) {
    if (isThere(error) || (isDenied(error) && (await canSee(blob, signal)))) throw existsError(what, causeOf(error));
    throw policy === undefined ? error : lockError(`can't store ${what}`, error);
  }
  if (policy !== undefined) await checkPolicy(blob, policy, upload);
  /* v8 ignore next -- @preserve the service always says it, the types don't */
  return modifiedAt ?? new Date();
}

/** Who may create and not overwrite may be refused by the same words as who may not create: looking tells. */
async function canSee(blob: BlockBlobClient, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    return await blob.exists(abortable(signal));
  } catch {
    // The refusal of the put is what the caller must hear of.
    return false;
  }
}

/** A paced body is sent in pieces, anew for each request that the SDK makes of one upload. */
function sendable({ body, pace }: Upload): Buffer | (() => NodeJS.ReadableStream) {
  if (pace === undefined || body.byteLength === 0) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return () => Readable.from(piecesOf(body, pace), { objectMode: false, highWaterMark: pieceBytes });
}

async function* piecesOf(body: Uint8Array, pace: (bytes: number) => Promise<void>): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < body.byteLength; offset += pieceBytes) {
    const piece = body.subarray(offset, offset + pieceBytes);
    await pace(piece.byteLength);
    yield piece;
  }
}

/** Headers have no fractions of a second. */
function policyUntil(retainUntil: Date): Required<BlobImmutabilityPolicy> {
  return { expiriesOn: new Date(Math.ceil(retainUntil.getTime() / 1000) * 1000), policyMode: 'Locked' };
}

/** An emulator, or a place that isn't set up for it, may take the object and drop the policy. */
async function checkPolicy(
  blob: BlockBlobClient,
  wanted: Required<BlobImmutabilityPolicy>,
  { what, signal }: Upload,
): Promise<void> {
  let found: Partial<BlobGetPropertiesResponse>;
  try {
    found = await blob.getProperties(abortable(signal));
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw notRetainedError(what, `its policy can't be read, ${describe(error)}`, causeOf(error));
  }
  const { immutabilityPolicyExpiresOn: until, immutabilityPolicyMode: mode } = found;
  if (until === undefined) throw notRetainedError(what, 'the server keeps no policy for it');
  if (mode?.toLowerCase() !== 'locked' || until < wanted.expiriesOn) {
    throw notRetainedError(what, `its policy is ${mode}, until ${until.toISOString()}`);
  }
}

/** A refusal that is none of the usual ones is about the lock: nothing else sets this put apart. */
function lockError(action: string, error: unknown): AdcsBackupError {
  const mapped = azureBlobError(action, error);
  const isUsual = mapped.code !== 'sink-failed' || mapped.retryable;
  return isUsual ? mapped : lockRefusedError(mapped);
}
