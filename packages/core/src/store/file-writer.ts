import { DIGEST_BYTES, FRAME_CONTENT_BYTES, TreeDigest } from './blocks.ts';
import { BufferRing } from './buffer-ring.ts';
import type { StretchEncoder } from './encoder.ts';
import { type EncodedStretch, ZERO } from './frame.ts';
import type { FileRecord } from './manifest.ts';
import type { FileMapping, MappedFile, MapWriter, StoredBlock } from './map-writer.ts';
import type { FramePlace, PackWriter } from './pack-writer.ts';
import { type ByteSource, StretchReader } from './stretch-reader.ts';

/** What has been written so far, over all files of a run. */
export interface WriteCounts {
  sourceBytes: number;
  blocks: number;
  zeroBlocks: number;
  newBlocks: number;
}

export interface FileWriterParts {
  readonly encoder: StretchEncoder;
  readonly packs: PackWriter;
  readonly maps: MapWriter;
  readonly signal: AbortSignal | undefined;
}

const nothingKnown = new Uint8Array(0);

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
    this.#ring = new BufferRing(2 + 2 * parts.encoder.width, FRAME_CONTENT_BYTES);
  }

  /**
   * Stores a file's content. `onRead` is told the bytes read so far, and may throw to end the copy.
   * When it rejects, `source` is not being read any more, and the writer can't be used again.
   */
  async write(file: MappedFile, source: ByteSource, onRead: (readBytes: number) => void): Promise<FileRecord> {
    const reader = new StretchReader(source);
    const tree = new TreeDigest();
    const content = { mapping: this.#parts.maps.beginFile(file), tree };
    let sizeBytes = 0;
    for (;;) {
      this.#parts.signal?.throwIfAborted();
      const slot = await this.#ring.acquire();
      const length = await reader.next(slot);
      sizeBytes += length;
      onRead(sizeBytes);
      this.#store(slot, length, content);
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
  #store(slot: Uint8Array, length: number, { mapping, tree }: FileContent): void {
    const encoding = this.#parts.encoder.encode(slot.subarray(0, length), nothingKnown);
    this.#stored = Promise.all([encoding, this.#stored]).then(async ([encoded]) => {
      tree.update(encoded.digests);
      await this.#storeBlocks(encoded, slot, mapping);
      this.counts.sourceBytes += length;
    });
    // The reader may be waiting for a buffer when storing fails: wake it with the reason.
    this.#stored.catch((error: unknown) => this.#ring.fail(error));
  }

  async #storeBlocks(encoded: EncodedStretch, slot: Uint8Array, mapping: FileMapping): Promise<void> {
    const { packs, maps } = this.#parts;
    const { frameLength, encoding } = encoded;
    const place = frameLength === 0 ? undefined : await packs.add(slot.subarray(0, frameLength));
    this.#ring.release(slot);
    for (const [index, indexInFrame] of encoded.places.entries()) {
      const digest = encoded.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
      const isZero = indexInFrame === ZERO || place === undefined;
      this.counts.blocks += 1;
      this.counts[isZero ? 'zeroBlocks' : 'newBlocks'] += 1;
      await maps.add(mapping, digest, isZero ? zeroBlock : storedBlock(place, { frameLength, indexInFrame, encoding }));
    }
  }
}

interface FileContent {
  readonly mapping: FileMapping;
  readonly tree: TreeDigest;
}

function storedBlock(place: FramePlace, inFrame: Omit<StoredBlock['location'], 'frameOffset'>): StoredBlock {
  return { packKey: place.packKey, location: { frameOffset: place.offset, ...inFrame } };
}

const zeroBlock = {
  packKey: undefined,
  location: { frameOffset: 0, frameLength: 0, indexInFrame: 0, encoding: 'raw' },
} as const;
