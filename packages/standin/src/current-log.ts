import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import {
  decodeLogHeader,
  LOG_SEGMENT_BYTES,
  type LogHeader,
  logContent,
  MAX_SEGMENTS,
  writeSegment,
} from '@adcs-backup/ese';

/** The log that a CA writes to, in memory until it is saved. All of it under the CA's lock. */
export class CurrentLog {
  readonly header: LogHeader;
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #savedSegments: number;
  #segmentCount: number;
  #seal: bigint;

  /** @throws when the file is not a log */
  constructor(path: string) {
    // Of its own: what Node reads may lie anywhere in memory, and segments must be aligned.
    this.#bytes = new Uint8Array(readFileSync(path));
    const header = this.#bytes.length < 2 * LOG_SEGMENT_BYTES ? undefined : decodeLogHeader(this.#bytes);
    if (header === undefined) throw new Error(`${path} is not a log`);
    this.header = header;
    this.#path = path;
    ({ segmentCount: this.#segmentCount, seal: this.#seal } = logContent(this.#bytes));
    this.#savedSegments = this.#segmentCount;
  }

  get isFull(): boolean {
    return this.#segmentCount >= MAX_SEGMENTS;
  }

  /** The first free place. */
  get nextSector(): number {
    return this.#segmentCount + 1;
  }

  /** What the next log carries as `previousSeal`. */
  get seal(): bigint {
    return this.#seal;
  }

  append(seed: number, records?: Uint8Array): void {
    const { generation } = this.header;
    const sector = this.nextSector;
    this.#seal ^= writeSegment(this.#bytes, { generation, sector, writtenAt: new Date(), seed, records });
    this.#segmentCount = sector;
  }

  /** Uses up what is free, with content that says nothing. */
  fill(seed: number): void {
    while (!this.isFull) this.append(seed);
  }

  /** Writes the segments that were added. */
  save(): void {
    const from = (this.#savedSegments + 1) * LOG_SEGMENT_BYTES;
    const sizeBytes = this.nextSector * LOG_SEGMENT_BYTES - from;
    const file = openSync(this.#path, 'r+');
    try {
      writeSync(file, this.#bytes, from, sizeBytes, from);
    } finally {
      closeSync(file);
    }
  }
}
