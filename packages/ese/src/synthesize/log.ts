import { encodeLogHeader, LOG_SEGMENT_BYTES, type LogHeader } from '../log-header.ts';
import { readLogPosition } from '../log-position.ts';
import { isSegmentValid, SEGMENT_CONTENT_OFFSET, sealSegment } from '../log-segment.ts';
import { deriveSeed, fillContent } from './content.ts';

/** Certificate Services writes logs of this size. */
export const LOG_BYTES: number = 1024 * 1024;
/** The first sector is the header's, the last one is kept for the engine. */
export const MAX_SEGMENTS: number = LOG_BYTES / LOG_SEGMENT_BYTES - 2;
/** Room in a segment after its header. */
export const SEGMENT_CONTENT_BYTES: number = LOG_SEGMENT_BYTES - SEGMENT_CONTENT_OFFSET;

export interface LogShape {
  readonly header: Omit<LogHeader, 'sectorCount'>;
  readonly seed: number;
  /** 1 to 254, the default: as a log is when it is closed because it is full. */
  readonly segmentCount?: number | undefined;
}

export interface SynthesizedLog {
  readonly bytes: Uint8Array;
  /** What the next log's header carries as `previousSeal`. */
  readonly seal: bigint;
}

/** One segment of a log. */
export interface SegmentShape {
  readonly generation: number;
  /** 1 for the first one. */
  readonly sector: number;
  readonly writtenAt: Date;
  readonly seed: number;
  /** At most {@link SEGMENT_CONTENT_BYTES}, put at the beginning; the rest is made from the seed. */
  readonly records?: Uint8Array | undefined;
}

/** What a log holds up to its first empty segment. */
export interface LogContent {
  readonly segmentCount: number;
  /** XOR of their checksums. */
  readonly seal: bigint;
}

/** A whole log file of 1 MiB with valid header and segments. Its segments hold no log records. */
export function synthesizeLog(shape: LogShape): SynthesizedLog {
  const bytes = new Uint8Array(LOG_BYTES);
  bytes.set(encodeLogHeader({ ...shape.header, sectorCount: LOG_BYTES / LOG_SEGMENT_BYTES }));
  return { bytes, seal: fillLog(bytes, shape) };
}

/** Writes the segments of a log behind a header that stays as it is; returns the log's seal. */
export function fillLog(bytes: Uint8Array, { header, seed, segmentCount = MAX_SEGMENTS }: LogShape): bigint {
  const { generation, createdAt: writtenAt } = header;
  let seal = 0n;
  for (let sector = 1; sector <= segmentCount; sector += 1) {
    seal ^= writeSegment(bytes, { generation, sector, writtenAt, seed });
  }
  return seal;
}

/** Writes a segment in its place; returns its checksum as it is stored. */
export function writeSegment(bytes: Uint8Array, segment: SegmentShape): bigint {
  const { generation, sector, writtenAt, records = new Uint8Array(0) } = segment;
  if (records.length > SEGMENT_CONTENT_BYTES) throw new RangeError('the records are larger than a segment');
  const offset = sector * LOG_SEGMENT_BYTES + SEGMENT_CONTENT_OFFSET;
  const seed = deriveSeed(deriveSeed(segment.seed, generation), sector);
  fillContent({ bytes, offset, sizeBytes: SEGMENT_CONTENT_BYTES }, seed);
  bytes.set(records, offset);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return sealSegment(view, { position: { generation, sector, byte: 0 }, writtenAt });
}

/** Reads how far a log is in use. A segment that is damaged, or another log's, counts as empty. */
export function logContent(bytes: Uint8Array): LogContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const generation = view.getUint32(4, true);
  let seal = 0n;
  let sector = 1;
  for (; (sector + 1) * LOG_SEGMENT_BYTES < bytes.length; sector += 1) {
    const position = readLogPosition(view, sector * LOG_SEGMENT_BYTES + 8);
    if (position.generation !== generation || position.sector !== sector || !isSegmentValid(view, sector)) break;
    seal ^= view.getBigUint64(sector * LOG_SEGMENT_BYTES, true);
  }
  return { segmentCount: sector - 1, seal };
}

/** What a segment holds after its header; a part of the log's own bytes. */
export function segmentContent(bytes: Uint8Array, sector: number): Uint8Array {
  const offset = sector * LOG_SEGMENT_BYTES + SEGMENT_CONTENT_OFFSET;
  return bytes.subarray(offset, offset + SEGMENT_CONTENT_BYTES);
}
