import { blockChecksum } from '../block-checksum.ts';
import { LOG_SEGMENT_BYTES } from '../log-header.ts';
import { readLogPosition } from '../log-position.ts';
import { isZero } from '../page-checksum.ts';

/**
 * What lies at a segment's place: nothing yet; a segment of this log; one of the log that the file was
 * before it was used again; a copy of the partly written segment before; one of a later log; damage.
 */
export type SegmentKind = 'zero' | 'current' | 'stale' | 'shadow' | 'newer' | 'bad';

/** Where a segment should lie. */
export interface SegmentSlot {
  /** In bytes, from the beginning of the view. */
  readonly offset: number;
  /** 1 for the first one after the header. */
  readonly sector: number;
  readonly generation: number;
}

export function segmentKind(view: DataView, { offset, sector, generation }: SegmentSlot): SegmentKind {
  // A segment in use has its flags: this spares the full test for most of them.
  if (view.getUint32(offset + 36, true) === 0 && isZero(view, offset, LOG_SEGMENT_BYTES)) return 'zero';
  const { xor, ecc } = blockChecksum(view, { offset, sizeBytes: LOG_SEGMENT_BYTES, from: 8 }, sector);
  if (view.getUint32(offset + 4, true) !== ecc) return 'bad';
  const summedAs = (xor ^ view.getUint32(offset, true) ^ sector) >>> 0;
  const position = readLogPosition(view, offset + 8);
  // The sum is only a good one for the place that the segment itself names.
  if (position.sector !== summedAs || position.byte !== 0) return 'bad';
  if (summedAs === sector - 1) return 'shadow';
  if (summedAs !== sector) return 'bad';
  if (position.generation === generation) return 'current';
  return position.generation < generation ? 'stale' : 'newer';
}
