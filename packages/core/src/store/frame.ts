import { constants, zstdCompressSync } from 'node:zlib';
import { BLOCK_BYTES, blockDigest, DIGEST_BYTES, FRAME_CONTENT_BYTES, isZeroBlock, zeroDigest } from './blocks.ts';
import { discarded } from './garbage.ts';
import type { FrameEncoding } from './map.ts';

/** Level 1: the CA's disk and two cores are the measure, and higher levels cost more than they save. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: FRAME_CONTENT_BYTES };

/** What became of up to {@link FRAME_BLOCKS} consecutive blocks of a file. */
export interface EncodedStretch {
  /** {@link DIGEST_BYTES} for each block. */
  readonly digests: Uint8Array;
  /** For each block its index in the frame, or {@link ZERO}, or {@link KNOWN} minus the index of who knows it. */
  readonly places: readonly number[];
  /** Length of the frame, which now lies at the start of the stretch's buffer; 0 when nothing is new. */
  readonly frameLength: number;
  readonly encoding: FrameEncoding;
}

/** In {@link EncodedStretch.places}: a block of zeros. */
export const ZERO: number = -1;
/** In {@link EncodedStretch.places}: the block has the digest that the first of `known` has; one less: the second. */
export const KNOWN: number = -2;

/**
 * Hashes each block of `stretch`, and puts those that are new into a frame, which replaces the content
 * of `stretch`: no buffer is needed besides the one that was read into.
 * @param stretch at most {@link FRAME_CONTENT_BYTES}, beginning at a block's start
 * @param known digests of what is stored for these blocks already, by each run that can be built on
 */
export function encodeStretch(stretch: Uint8Array, known: readonly Uint8Array[]): EncodedStretch {
  const blocks = Math.ceil(stretch.length / BLOCK_BYTES);
  const digests = Buffer.alloc(blocks * DIGEST_BYTES);
  const places: number[] = [];
  let contentLength = 0;
  let newBlocks = 0;
  for (let index = 0; index < blocks; index++) {
    const block = stretch.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    const at = index * DIGEST_BYTES;
    const isZero = isZeroBlock(block);
    const digest = isZero ? zeroDigest(block.length) : blockDigest(block);
    digest.copy(digests, at);
    const knownBy = known.findIndex((run) => digest.equals(run.subarray(at, at + DIGEST_BYTES)));
    if (isZero || knownBy !== -1) {
      places.push(isZero ? ZERO : KNOWN - knownBy);
      continue;
    }
    places.push(newBlocks);
    stretch.copyWithin(contentLength, index * BLOCK_BYTES, index * BLOCK_BYTES + block.length);
    contentLength += block.length;
    newBlocks++;
  }
  return { digests, places, ...compressInPlace(stretch, contentLength) };
}

/** Compresses the first `contentLength` bytes, where that makes them fewer, in place. */
export function compressInPlace(
  stretch: Uint8Array,
  contentLength: number,
): Pick<EncodedStretch, 'frameLength' | 'encoding'> {
  if (contentLength === 0) return { frameLength: 0, encoding: 'raw' };
  const compressed = zstdCompressSync(stretch.subarray(0, contentLength), compression);
  const frameLength = compressed.length;
  const isSmaller = frameLength < contentLength;
  if (isSmaller) stretch.set(compressed);
  discarded(FRAME_CONTENT_BYTES);
  return isSmaller ? { frameLength, encoding: 'zstd' } : { frameLength: contentLength, encoding: 'raw' };
}
