import { createHash, type Hash, hash } from 'node:crypto';

/** A file is hashed, compared and stored in aligned pieces of this size; the last one may be shorter. */
export const BLOCK_BYTES: number = 64 * 1024;

/** Length of a block digest: SHA-256. */
export const DIGEST_BYTES: number = 32;

/** As many blocks as a frame may hold. */
export const FRAME_BLOCKS: number = 16;

/** What a frame holds at most, before compression. */
export const FRAME_CONTENT_BYTES: number = FRAME_BLOCKS * BLOCK_BYTES;

/** What lies behind the blocks of a salted frame. */
export const SALT_BYTES: number = 32;

const zeroBlock = Buffer.alloc(BLOCK_BYTES);
const zeroBlockDigest: Buffer = hash('sha256', zeroBlock, 'buffer');

export function blockCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES);
}

/** Length of block `index` of a file of `sizeBytes`. */
export function blockLength(sizeBytes: number, index: number): number {
  return Math.min(BLOCK_BYTES, sizeBytes - index * BLOCK_BYTES);
}

export function blockDigest(block: Uint8Array): Buffer {
  return hash('sha256', block, 'buffer');
}

/** Digest of a block in a salted frame: tells nothing of the block to who doesn't have the salt. */
export function saltedDigest(block: Uint8Array, salt: Uint8Array): Buffer {
  return createHash('sha256').update(block).update(salt).digest();
}

export function isZeroBlock(block: Uint8Array): boolean {
  return zeroBlock.subarray(0, block.length).equals(block);
}

/** Digest of a block of `length` zeros. */
export function zeroDigest(length: number): Buffer {
  return length === BLOCK_BYTES ? zeroBlockDigest : blockDigest(zeroBlock.subarray(0, length));
}

/**
 * A file's tree digest: SHA-256 over the block digests in order, then block size (u32) and file size
 * (u64), both little-endian. It stands for the file's content, and can be recomputed from maps alone.
 */
export class TreeDigest {
  readonly #digests: Hash = createHash('sha256');

  /** The digests of the next blocks, one after another. */
  update(digests: Uint8Array): void {
    this.#digests.update(digests);
  }

  /** Ends the digest. The size comes last: that of a dynamic file is known only when it has been read. */
  hex(sizeBytes: number): string {
    const tail = Buffer.alloc(12);
    tail.writeUInt32LE(BLOCK_BYTES, 0);
    tail.writeBigUInt64LE(BigInt(sizeBytes), 4);
    return this.#digests.update(tail).digest('hex');
  }
}
