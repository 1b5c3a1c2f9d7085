import type { BlockRun } from './block-runs.ts';
import { DIGEST_BYTES } from './blocks.ts';
import { type BlockLocation, entryDigest, entryLocation } from './map.ts';

/** A block that is to be read: where it lies, and where it belongs. */
export interface BlockRef {
  /** Index in the manifest's files. */
  readonly file: number;
  readonly block: number;
  readonly digest: Uint8Array;
  readonly location: Omit<BlockLocation, 'pack'>;
}

const NUMBERS = 6;

/**
 * The blocks that lie in a range of packs, grouped by pack: a pack can be fetched once, though its
 * blocks are spread over files. Flat arrays: millions of blocks cost 56 bytes each.
 */
export class BlockRefs {
  readonly #firstPack: number;
  /** Where the next block of each pack goes. */
  readonly #next: Uint32Array;
  readonly #start: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #digests: Uint8Array;

  /** @param blocksOfPack how many blocks will be added for each pack from `firstPack` on */
  constructor(firstPack: number, blocksOfPack: Uint32Array) {
    this.#firstPack = firstPack;
    this.#start = new Uint32Array(blocksOfPack.length + 1);
    for (const [index, blocks] of blocksOfPack.entries()) this.#start[index + 1] = (this.#start[index] ?? 0) + blocks;
    this.#next = this.#start.slice(0, -1);
    const total = this.#start.at(-1) ?? 0;
    this.#numbers = new Uint32Array(total * NUMBERS);
    this.#digests = new Uint8Array(total * DIGEST_BYTES);
  }

  /** Adds those blocks of the run that lie in this range of packs. */
  add(run: BlockRun): void {
    for (let index = 0; index < run.blocks; index++) {
      const location = entryLocation(run.entries, index);
      const pack = location.pack === undefined ? -1 : (run.packIndexes[location.pack] ?? -1) - this.#firstPack;
      const at = this.#next[pack];
      if (at === undefined) continue;
      this.#next[pack] = at + 1;
      const { frameOffset, frameLength, indexInFrame, encoding } = location;
      const numbers = [run.file, run.firstBlock + index, frameOffset, frameLength, indexInFrame];
      this.#numbers.set([...numbers, encoding === 'zstd' ? 1 : 0], at * NUMBERS);
      this.#digests.set(entryDigest(run.entries, index), at * DIGEST_BYTES);
    }
  }

  /** The blocks of a pack; those of one frame follow one another. */
  *ofPack(pack: number): Generator<BlockRef, void, undefined> {
    const index = pack - this.#firstPack;
    for (let at = this.#start[index] ?? 0; at < (this.#start[index + 1] ?? 0); at++) yield this.#refAt(at);
  }

  #refAt(at: number): BlockRef {
    const [file = 0, block = 0, frameOffset = 0, frameLength = 0, indexInFrame = 0, zstd = 0] = this.#numbers.subarray(
      at * NUMBERS,
      (at + 1) * NUMBERS,
    );
    const location = { frameOffset, frameLength, indexInFrame, encoding: zstd === 1 ? 'zstd' : 'raw' } as const;
    return { file, block, digest: this.#digests.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES), location };
  }
}
