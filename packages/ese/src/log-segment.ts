import { blockChecksum } from './block-checksum.ts';
import { LOG_SEGMENT_BYTES } from './log-header.ts';
import { type LogPosition, writeLogPosition } from './log-position.ts';
import { writeLogTime } from './log-time.ts';
import { NEW_CHECKSUM_FLAG, PAGE_FLAGS_OFFSET } from './page-checksum.ts';

/** Where the content of a segment begins, after its header. */
export const SEGMENT_CONTENT_OFFSET = 40;

/** Which segment of which log: segment `sector` lies at `sector` times 4096. */
export interface SegmentPlace {
  readonly position: LogPosition;
  readonly writtenAt: Date;
}

/** Writes the header of a segment whose content is in place, checksum last; returns that as it is stored. */
export function sealSegment(log: DataView, segment: SegmentPlace): bigint {
  const { sector } = segment.position;
  const offset = sector * LOG_SEGMENT_BYTES;
  writeLogPosition(log, offset + 8, segment.position);
  writeLogTime(log, offset + 16, segment.writtenAt);
  log.setUint32(offset + PAGE_FLAGS_OFFSET, NEW_CHECKSUM_FLAG, true);
  const { xor, ecc } = blockChecksum(log, { offset, sizeBytes: LOG_SEGMENT_BYTES, from: 8 }, sector);
  log.setUint32(offset, xor, true);
  log.setUint32(offset + 4, ecc, true);
  return log.getBigUint64(offset, true);
}

/** Whether the segment at `sector` carries the checksum of its content. */
export function isSegmentValid(log: DataView, sector: number): boolean {
  const offset = sector * LOG_SEGMENT_BYTES;
  const { xor, ecc } = blockChecksum(log, { offset, sizeBytes: LOG_SEGMENT_BYTES, from: 8 }, sector);
  return log.getUint32(offset, true) === xor && log.getUint32(offset + 4, true) === ecc;
}
