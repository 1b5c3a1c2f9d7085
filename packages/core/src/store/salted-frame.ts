import { randomBytes } from 'node:crypto';
import { BLOCK_BYTES, DIGEST_BYTES, SALT_BYTES, saltedDigest } from './blocks.ts';
import { compressInPlace, type EncodedStretch } from './frame.ts';

/**
 * As `encodeStretch`, for content whose digests must not tell what it is: all of it is new, zeros too, and a fresh
 * salt lies behind it.
 * @param buffer has `length` bytes of content, and room for the salt
 */
export function encodeSalted(buffer: Uint8Array, length: number): EncodedStretch {
  const salt = randomBytes(SALT_BYTES);
  const blocks = Math.ceil(length / BLOCK_BYTES);
  const digests = Buffer.alloc(blocks * DIGEST_BYTES);
  const places = Array.from({ length: blocks }, (_, index) => index);
  for (const index of places) {
    const block = buffer.subarray(index * BLOCK_BYTES, Math.min((index + 1) * BLOCK_BYTES, length));
    saltedDigest(block, salt).copy(digests, index * DIGEST_BYTES);
  }
  if (blocks === 0) return { digests, places, frameLength: 0, encoding: 'raw' };
  buffer.set(salt, length);
  return { digests, places, ...compressInPlace(buffer, length + SALT_BYTES) };
}
