import { BLOCK_BYTES, DIGEST_BYTES, FRAME_CONTENT_BYTES, SALT_BYTES, TreeDigest } from './blocks.ts';
import { BufferRing } from './buffer-ring.ts';
import type { Encoder } from './encoder.ts';
import { type EncodedStretch, KNOWN, ZERO } from './frame.ts';
import { type ChainTerms, type FileRecord, isSalted } from './manifest.ts';
import type { FileMapping, MappedFile, MapWriter, StoredBlock } from './map-writer.ts';
import type { FramePlace, PackWriter } from './pack-writer.ts';
import { type IsPresent, type KnownBlock, ReferenceCursor, type ReferenceRun } from './reference.ts';
import { type ByteSource, StretchReader } from './stretch-reader.ts';

/** What has been written so far, over all files of a run. */
export interface WriteCounts {
  sourceBytes: number;
  blocks: number;
  zeroBlocks: number;
  newBlocks: number;
}

export interface FileWriterParts {
  readonly encoder: Encoder;
  readonly packs: PackWriter;
  readonly maps: MapWriter;
  /** Runs that this one builds on; the first that knows a block counts. */
  readonly references: readonly ReferenceRun[];
  readonly isPresent: IsPresent;
  readonly terms: ChainTerms;
  readonly signal: AbortSignal | undefined;
}

/** Is shown a file while it passes; may throw to end the copy. */
export interface ReadWatch {
  /** The next bytes of the file, in order; valid during the call. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/**
 * Takes one file after another from reader to packs and maps: stretches are encoded side by side and
 * stored in order.
 */
export class FileWriter {
  readonly counts: WriteCounts = { sourceBytes: 0, blocks: 0, zeroBlocks: 0, newBlocks: 0 };
  readonly #parts: FileWriterParts;
  readonly #ring: BufferRing;
  #stored: Promise<void> = Promise.resolve();

  constructor(parts: FileWriterParts) {
    this.#parts = parts;
    // One stretch being read, one being stored, and two for each thread between them.
    this.#ring = new BufferRing(2 + 2 * parts.encoder.width, FRAME_CONTENT_BYTES + SALT_BYTES);
  }

  /**
   * Stores a file's content. When it rejects, `source` is not being read any more, and the writer
   * can't be used again.
   */
  async write(file: MappedFile, source: ByteSource, watch: ReadWatch): Promise<FileRecord> {
    const reader = new StretchReader(source);
    const tree = new TreeDigest();
    const isNew = isSalted(this.#parts.terms, file);
    const references = isNew ? [] : this.#parts.references;
    const cursors = references.map((run) => new ReferenceCursor(run, file, this.#parts.isPresent));
    const content = { mapping: this.#parts.maps.beginFile(file), tree, isSalted: isNew };
    let sizeBytes = 0;
    for (;;) {
      this.#parts.signal?.throwIfAborted();
      const slot = await this.#ring.acquire();
      const length = await reader.next(slot.subarray(0, FRAME_CONTENT_BYTES));
      sizeBytes += length;
      watch.onBytes?.(slot.subarray(0, length));
      const known = await Promise.all(cursors.map((cursor) => cursor.next(Math.ceil(length / BLOCK_BYTES))));
      this.#store({ slot, length, known }, content);
      if (length < FRAME_CONTENT_BYTES) break;
    }
    await this.#stored;
    return { ...file, sizeBytes, treeDigest: tree.hex(sizeBytes), extents: content.mapping.extents };
  }

  /** Waits until nothing is being stored any more, whatever became of it. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#stored]);
  }

  /** Has the stretch encoded at once, and stored after the ones before it. */
  #store({ slot, length, known }: ReadStretch, content: FileContent): void {
    const { encoder } = this.#parts;
    const encoding = content.isSalted
      ? encoder.run('encodeSalted', slot, length)
      : encoder.run('encodeStretch', slot.subarray(0, length), known.map(digestsOf));
    this.#stored = Promise.all([encoding, this.#stored]).then(async ([encoded]) => {
      content.tree.update(encoded.digests);
      const frame =
        encoded.frameLength === 0 ? undefined : await this.#parts.packs.add(slot.subarray(0, encoded.frameLength));
      this.#ring.release(slot);
      await this.#mapBlocks(encoded, { frame, known }, content.mapping);
      this.counts.sourceBytes += length;
    });
    // The reader may be waiting for a buffer when storing fails: wake it with the reason.
    this.#stored.catch((error: unknown) => this.#ring.fail(error));
  }

  async #mapBlocks(encoded: EncodedStretch, origin: Origin, mapping: FileMapping): Promise<void> {
    const { packs, maps } = this.#parts;
    for (const [index, place] of encoded.places.entries()) {
      const digest = encoded.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
      const known = place <= KNOWN ? origin.known[KNOWN - place]?.[index] : undefined;
      this.counts.blocks += 1;
      if (known !== undefined) {
        packs.adopt(known.pack);
        await maps.add(mapping, digest, { packKey: known.pack.key, location: known.location });
      } else if (place === ZERO || origin.frame === undefined) {
        this.counts.zeroBlocks += 1;
        await maps.add(mapping, digest, zeroBlock);
      } else {
        this.counts.newBlocks += 1;
        await maps.add(mapping, digest, newBlock(origin.frame, encoded, place));
      }
    }
  }
}

/** What each reference run knows of the blocks of a stretch. */
type Known = readonly (readonly (KnownBlock | undefined)[])[];

/** A stretch of the file in a buffer of the ring. */
interface ReadStretch {
  readonly slot: Uint8Array;
  readonly length: number;
  readonly known: Known;
}

/** Where the blocks of a stretch that are no zeros lie. */
interface Origin {
  readonly frame: FramePlace | undefined;
  readonly known: Known;
}

/** No block has this digest. */
const noDigest = Buffer.alloc(DIGEST_BYTES);

function digestsOf(blocks: readonly (KnownBlock | undefined)[]): Uint8Array {
  return Buffer.concat(blocks.map((block) => block?.digest ?? noDigest));
}

function newBlock(frame: FramePlace, { frameLength, encoding }: EncodedStretch, indexInFrame: number): StoredBlock {
  return { packKey: frame.packKey, location: { frameOffset: frame.offset, frameLength, indexInFrame, encoding } };
}

interface FileContent {
  readonly mapping: FileMapping;
  readonly tree: TreeDigest;
  readonly isSalted: boolean;
}

const zeroBlock = {
  packKey: undefined,
  location: { frameOffset: 0, frameLength: 0, indexInFrame: 0, encoding: 'raw' },
} as const;
