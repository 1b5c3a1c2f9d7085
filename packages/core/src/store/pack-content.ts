import { AdcsBackupError } from '../errors.ts';
import type { BlockRef } from './block-refs.ts';
import { BLOCK_BYTES } from './blocks.ts';
import { FrameContent } from './frame-content.ts';
import { discarded } from './garbage.ts';

/** Consecutive blocks of one file, with their bytes. */
export interface FilePiece {
  /** Index in the manifest's files. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly blocks: number;
}

/** What of a pack is wanted. */
export interface WantedOfPack {
  /** For messages: its key. */
  readonly name: string;
  /** Blocks of one frame follow one another. */
  readonly refs: Iterable<BlockRef>;
  /** Whether the frames of a file, by its index in the manifest's files, are salted. */
  readonly isSalted: (file: number) => boolean;
}

/**
 * Takes blocks out of a pack, checks each against its digest, and joins neighbours.
 * @throws `integrity-failed` at the first frame with a block that isn't what its digest says
 */
export function* piecesOf(pack: Uint8Array, { name, refs, isSalted }: WantedOfPack): Generator<FilePiece> {
  for (const frame of byFrame(refs)) {
    const [{ file, location }] = frame;
    const { frameOffset, frameLength } = location;
    const content = new FrameContent(pack.subarray(frameOffset, frameOffset + frameLength), location, isSalted(file));
    for (const { digest, location, block } of frame) {
      if (!content.isIntact(location.indexInFrame, digest)) throw wrongBlock(name, frameOffset, block);
    }
    for (const [first, ...rest] of byNeighbourhood(frame)) yield pieceOf(content, first, rest.length + 1);
  }
  discarded(pack.length);
}

type Refs = readonly [BlockRef, ...BlockRef[]];

/** Those of one frame follow one another. */
function byFrame(refs: Iterable<BlockRef>): Generator<Refs> {
  return grouped(refs, (one, next) => one.location.frameOffset === next.location.frameOffset);
}

/** Neighbours in the frame that are neighbours in the file, too. */
function byNeighbourhood(refs: Iterable<BlockRef>): Generator<Refs> {
  return grouped(
    refs,
    (one, next) =>
      one.file === next.file &&
      one.block + 1 === next.block &&
      one.location.indexInFrame + 1 === next.location.indexInFrame,
  );
}

function* grouped(refs: Iterable<BlockRef>, together: (one: BlockRef, next: BlockRef) => boolean): Generator<Refs> {
  let group: [BlockRef, ...BlockRef[]] | undefined;
  let last: BlockRef | undefined;
  for (const ref of refs) {
    if (group !== undefined && last !== undefined && together(last, ref)) group.push(ref);
    else {
      if (group !== undefined) yield group;
      group = [ref];
    }
    last = ref;
  }
  if (group !== undefined) yield group;
}

function pieceOf(content: FrameContent, first: BlockRef, blocks: number): FilePiece {
  const bytes = content.bytes(first.location.indexInFrame, blocks);
  return { file: first.file, offset: first.block * BLOCK_BYTES, bytes, blocks };
}

function wrongBlock(packName: string, frameOffset: number, block: number): AdcsBackupError {
  const message = `${packName}: block ${block} in the frame at ${frameOffset} has another SHA-256 than its map says`;
  return new AdcsBackupError('integrity-failed', message, {
    hint: 'Map or pack was altered in the sink. Restore from another set or another copy of the sink.',
  });
}
