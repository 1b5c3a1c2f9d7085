import type { BlockRun } from './block-runs.ts';
import { type BlockLocation, ENTRY_BYTES, entryDigest, entryLocation } from './map.ts';

/** A block that is to be read: where it lies, and where it belongs. */
export interface BlockRef {
  /** Index in the manifest's files. */
  readonly file: number;
  readonly block: number;
  readonly digest: Uint8Array;
  readonly location: BlockLocation;
}

/** File, block, and the map entry as it is. */
const RECORD_BYTES = 8 + ENTRY_BYTES;

/**
 * The blocks that lie in a range of packs, grouped by pack: a pack can be fetched once, though its
 * blocks are spread over files. Flat memory: millions of blocks cost 56 bytes each.
 */
export class BlockRefs {
  readonly #firstPack: number;
  readonly #packs: { readonly records: Buffer; length: number }[];

  /** @param blocksOfPack how many blocks will be added for each pack from `firstPack` on */
  constructor(firstPack: number, blocksOfPack: readonly number[]) {
    this.#firstPack = firstPack;
    this.#packs = blocksOfPack.map((blocks) => ({ records: Buffer.alloc(blocks * RECORD_BYTES), length: 0 }));
  }

  /** Adds those blocks of the run that lie in this range of packs. */
  add(run: BlockRun): void {
    for (let index = 0; index < run.blocks; index++) {
      const location = entryLocation(run.entries, index);
      const packIndex = location.pack === undefined ? undefined : run.packIndexes[location.pack];
      const pack = this.#packs[(packIndex ?? Number.NaN) - this.#firstPack];
      if (pack === undefined) continue;
      const at = pack.length * RECORD_BYTES;
      pack.length += 1;
      pack.records.writeUInt32LE(run.file, at);
      pack.records.writeUInt32LE(run.firstBlock + index, at + 4);
      run.entries.copy(pack.records, at + 8, index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
    }
  }

  /** The blocks of a pack; those of one frame follow one another. */
  *ofPack(pack: number): Generator<BlockRef, void, undefined> {
    const { records, length } = this.#packs[pack - this.#firstPack] ?? { records: Buffer.alloc(0), length: 0 };
    for (let at = 0; at < length * RECORD_BYTES; at += RECORD_BYTES) {
      const entry = records.subarray(at + 8, at + RECORD_BYTES);
      const [file, block] = [records.readUInt32LE(at), records.readUInt32LE(at + 4)];
      yield { file, block, digest: entryDigest(entry, 0), location: entryLocation(entry, 0) };
    }
  }
}
