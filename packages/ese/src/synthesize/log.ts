import { encodeLogHeader, LOG_SEGMENT_BYTES, type LogHeader } from '../log-header.ts';
import { SEGMENT_CONTENT_OFFSET, sealSegment } from '../log-segment.ts';
import { deriveSeed, fillContent } from './content.ts';

/** Certificate Services writes logs of this size. */
export const LOG_BYTES: number = 1024 * 1024;
/** The first sector is the header's, the last one is kept for the engine. */
const MAX_SEGMENTS = LOG_BYTES / LOG_SEGMENT_BYTES - 2;

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

/** A whole log file of 1 MiB with valid header and segments. Its segments hold no log records. */
export function synthesizeLog(shape: LogShape): SynthesizedLog {
  const bytes = new Uint8Array(LOG_BYTES);
  bytes.set(encodeLogHeader({ ...shape.header, sectorCount: LOG_BYTES / LOG_SEGMENT_BYTES }));
  return { bytes, seal: fillLog(bytes, shape) };
}

/** Writes the segments of a log behind a header that stays as it is; returns the log's seal. */
export function fillLog(bytes: Uint8Array, shape: LogShape): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { generation, createdAt } = shape.header;
  const count = shape.segmentCount ?? MAX_SEGMENTS;
  let seal = 0n;
  for (let sector = 1; sector <= count; sector += 1) {
    const offset = sector * LOG_SEGMENT_BYTES + SEGMENT_CONTENT_OFFSET;
    const sizeBytes = LOG_SEGMENT_BYTES - SEGMENT_CONTENT_OFFSET;
    fillContent({ bytes, offset, sizeBytes }, deriveSeed(deriveSeed(shape.seed, generation), sector));
    seal ^= sealSegment(view, { position: { generation, sector, byte: 0 }, writtenAt: createdAt });
  }
  return seal;
}
