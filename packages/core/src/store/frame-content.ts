import { zstdDecompressSync } from 'node:zlib';
import { AdcsBackupError } from '../errors.ts';
import { BLOCK_BYTES, blockDigest, FRAME_CONTENT_BYTES, SALT_BYTES, saltedDigest } from './blocks.ts';
import { discarded } from './garbage.ts';
import type { BlockLocation } from './map.ts';

/** The blocks of a frame that was taken out of a pack. */
export class FrameContent {
  readonly #blocks: Uint8Array;
  readonly #salt: Uint8Array | undefined;

  /** @throws `integrity-failed` when the frame can't be decompressed, or to more than a frame may hold */
  constructor(frame: Uint8Array, { encoding }: Pick<BlockLocation, 'encoding'>, isSalted: boolean) {
    const content = encoding === 'raw' ? frame : decompress(frame);
    const end = isSalted ? Math.max(0, content.length - SALT_BYTES) : content.length;
    this.#blocks = content.subarray(0, end);
    this.#salt = isSalted ? content.subarray(end) : undefined;
    discarded(content.length);
  }

  /** `blocks` blocks from block `first` on. The last block of a frame may be shorter. */
  bytes(first: number, blocks: number): Uint8Array {
    return this.#blocks.subarray(first * BLOCK_BYTES, (first + blocks) * BLOCK_BYTES);
  }

  /** Whether block `index` is the one that its map says. */
  isIntact(index: number, digest: Uint8Array): boolean {
    const block = this.bytes(index, 1);
    return (this.#salt === undefined ? blockDigest(block) : saltedDigest(block, this.#salt)).equals(digest);
  }
}

function decompress(frame: Uint8Array): Uint8Array {
  try {
    const maxOutputLength = FRAME_CONTENT_BYTES + SALT_BYTES;
    return zstdDecompressSync(frame, { maxOutputLength, chunkSize: FRAME_CONTENT_BYTES });
  } catch (error) {
    throw new AdcsBackupError('integrity-failed', 'a frame cannot be decompressed', { cause: error });
  }
}
