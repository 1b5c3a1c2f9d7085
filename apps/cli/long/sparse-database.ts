import {
  type BackupInfo,
  type DatabaseHeader,
  encodeDatabaseHeader,
  encodeTrailer,
  type Signature,
  synthesizePage,
} from '@adcs-backup/ese';

export const BLOCK_BYTES: number = 64 * 1024;
export const PAGE_BYTES: number = 4096;
const PAGES = BLOCK_BYTES / PAGE_BYTES;

export const createdAt: Date = new Date('2026-01-05T08:00:00Z');
export const logSignature: Signature = { random: 77, createdAt };

/** The mark lies far ahead: the same copy can be handed out again and again. */
const backup: BackupInfo = {
  mark: { generation: 1000, sector: 1, byte: 0 },
  markedAt: createdAt,
  genLow: 1,
  genHigh: 1,
};

const header: DatabaseHeader = {
  pageSize: PAGE_BYTES,
  dbTime: 1000,
  databaseSignature: { random: 88, createdAt },
  logSignature,
  attachedAt: createdAt,
  requiredLogs: {
    minRequired: 1,
    maxRequired: 1,
    maxRequiredCreatedAt: createdAt,
    maxCommitted: 1,
    maxCommittedCreatedAt: createdAt,
  },
  currentFullBackup: { ...backup, genHigh: 0 },
};

export interface SparseShape {
  /** Whole pages. */
  readonly sizeBytes: number;
  /** Blocks that are no zeros, spread evenly; the first and the last block of the file are among them. */
  readonly filledBlocks: number;
  /** Of those, every so manyth has another content than in version 0. */
  readonly changedEvery: number;
  readonly version: number;
}

/** A streaming copy of any size: pages never used, but for some blocks. */
export class SparseDatabase {
  readonly sizeBytes: number;
  readonly #shape: SparseShape;
  /** Number of each filled block, by index in the file. */
  readonly #filled: Map<number, number> = new Map();
  readonly #buffers: Map<ArrayBufferLike, ReaderBuffer> = new Map();

  constructor(shape: SparseShape) {
    this.#shape = shape;
    this.sizeBytes = shape.sizeBytes;
    const last = Math.ceil(shape.sizeBytes / BLOCK_BYTES) - 1;
    for (let number = 0; number < shape.filledBlocks; number++) {
      this.#filled.set(Math.round((number * last) / (shape.filledBlocks - 1)), number);
    }
  }

  /** Index in the file of every block that is no zeros. */
  get filledBlocks(): readonly number[] {
    return [...this.#filled.keys()];
  }

  get changedBlocks(): number {
    return [...this.#filled.values()].filter((number) => this.#versionOf(number) > 0).length;
  }

  /** What lies at `offset`, which must be the start of a block; gives the number of bytes, 0 at the end. */
  read(into: Uint8Array, offset: number): number {
    const length = Math.min(into.length, this.sizeBytes - offset);
    const buffer = this.#zero(into);
    for (let at = 0; at < length; at += BLOCK_BYTES) {
      const index = (offset + at) / BLOCK_BYTES;
      if (!this.#filled.has(index)) continue;
      into.set(this.block(index).subarray(0, length - at), at);
      buffer.isSpoiled = true;
    }
    return length;
  }

  /** A whole block. */
  block(index: number): Uint8Array {
    const number = this.#filled.get(index);
    if (number === undefined) return new Uint8Array(BLOCK_BYTES);
    const block = new Uint8Array(BLOCK_BYTES);
    const version = this.#versionOf(number);
    for (let page = 0; page < PAGES; page++) {
      const shape = { number: index * PAGES + page - 1, pageSize: PAGE_BYTES, seed: 1, version, dbTime: 1 };
      synthesizePage(block.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES), shape);
    }
    if (index === 0) for (const copy of [0, 1]) block.set(encodeDatabaseHeader(header), copy * PAGE_BYTES);
    const trailerAt = this.sizeBytes - PAGE_BYTES - index * BLOCK_BYTES;
    if (trailerAt < BLOCK_BYTES) block.set(encodeTrailer({ ...header, backup }, PAGE_BYTES), trailerAt);
    return block;
  }

  #versionOf(number: number): number {
    return number % this.#shape.changedEvery === 0 ? this.#shape.version : 0;
  }

  /** A reader fills each of its buffers from the start. */
  #zero(into: Uint8Array): ReaderBuffer {
    const buffer = this.#buffers.get(into.buffer) ?? { zeroed: new Set(), isSpoiled: false };
    this.#buffers.set(into.buffer, buffer);
    if (into.byteOffset === 0 && buffer.isSpoiled) {
      buffer.zeroed.clear();
      buffer.isSpoiled = false;
    }
    if (!buffer.zeroed.has(into.byteOffset)) into.fill(0);
    buffer.zeroed.add(into.byteOffset);
    return buffer;
  }
}

/** What is known of a reader's buffer: filling it with zeros each time would cost more than all the rest. */
interface ReaderBuffer {
  /** Offsets in it from which on a read has left zeros. */
  readonly zeroed: Set<number>;
  /** It was given content since: the reader packs that in place, anywhere in the buffer. */
  isSpoiled: boolean;
}
