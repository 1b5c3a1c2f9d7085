import { AdcsBackupError } from '../errors.ts';
import type { BlockRef } from './block-refs.ts';
import { BLOCK_BYTES, blockDigest } from './blocks.ts';
import { decodeFrame } from './frame.ts';

/** Consecutive blocks of one file, with their bytes. */
export interface FilePiece {
  /** Index in the manifest's files. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly blocks: number;
}

/**
 * Takes blocks out of a pack, checks each against its digest, and joins neighbours.
 * @throws `integrity-failed` at the first block that isn't what its digest says
 */
export function* piecesOf(pack: Uint8Array, packName: string, refs: Iterable<BlockRef>): Generator<FilePiece> {
  let frameOffset = -1;
  let content: Uint8Array = new Uint8Array(0);
  let piece: (FilePiece & { start: number }) | undefined;
  for (const { file, block, digest, location } of refs) {
    if (location.frameOffset !== frameOffset) {
      if (piece !== undefined) yield piece;
      piece = undefined;
      frameOffset = location.frameOffset;
      content = decodeFrame(pack.subarray(frameOffset, frameOffset + location.frameLength), location.encoding);
    }
    const start = location.indexInFrame * BLOCK_BYTES;
    const bytes = content.subarray(start, start + BLOCK_BYTES);
    if (!blockDigest(bytes).equals(digest)) throw wrongBlock(packName, location.frameOffset, block);
    const offset = block * BLOCK_BYTES;
    if (
      piece !== undefined &&
      piece.file === file &&
      piece.offset + piece.bytes.length === offset &&
      piece.start + piece.bytes.length === start
    ) {
      piece = { ...piece, bytes: content.subarray(piece.start, start + bytes.length), blocks: piece.blocks + 1 };
    } else {
      if (piece !== undefined) yield piece;
      piece = { file, offset, bytes, blocks: 1, start };
    }
  }
  if (piece !== undefined) yield piece;
}

function wrongBlock(packName: string, frameOffset: number, block: number): AdcsBackupError {
  const message = `${packName}: block ${block} in the frame at ${frameOffset} has another SHA-256 than its map says`;
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'Map or pack was altered in the sink. Restore from another set or another copy of the sink.',
  });
}
