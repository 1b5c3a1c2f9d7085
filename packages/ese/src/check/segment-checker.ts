import { LOG_SEGMENT_BYTES } from '../log-header.ts';
import { readLogPosition } from '../log-position.ts';
import type { FindingList } from './finding.ts';
import { diagnosePage } from './page-diagnosis.ts';
import { sealText } from './raw-fact.ts';
import { type SegmentKind, segmentKind } from './segment-kind.ts';

/** Checks the segments of one log in the order of the file. */
export class SegmentChecker {
  readonly counts: Record<SegmentKind, number> = { zero: 0, current: 0, stale: 0, shadow: 0, newer: 0, bad: 0 };
  readonly #generation: number;
  /** Kept for a shadow, after the last segment. */
  readonly #lastSector: number;
  readonly #findings: FindingList;
  #seal = 0n;
  #firstEmpty: number | undefined;

  constructor(generation: number, sectorCount: number, findings: FindingList) {
    this.#generation = generation;
    this.#lastSector = sectorCount - 1;
    this.#findings = findings;
  }

  /** XOR of the checksums of this log's segments, 16 hexadecimal digits; undefined when one of them can't be relied on. */
  get seal(): string | undefined {
    return this.counts.bad === 0 && this.counts.newer === 0 ? sealText(this.#seal) : undefined;
  }

  check(view: DataView, offset: number, sector: number): void {
    if (sector > this.#lastSector) return;
    const kind = segmentKind(view, { offset, sector, generation: this.#generation });
    if (kind === 'bad') this.#reportBad(view, offset, sector);
    else if (kind === 'newer') this.#report(sector, `segment ${sector} belongs to a later log`);
    // The last sector is no segment, but may hold a shadow.
    if (sector === this.#lastSector && kind !== 'bad' && kind !== 'newer') return;
    this.counts[kind] += 1;
    if (kind === 'current') this.#useCurrent(view.getBigUint64(offset, true), sector);
    else if (kind !== 'bad' && kind !== 'newer') this.#firstEmpty ??= sector;
  }

  /** A log is filled from its beginning: whatever looks empty before a segment in use was lost. */
  #useCurrent(checksum: bigint, sector: number): void {
    this.#seal ^= checksum;
    const first = this.#firstEmpty;
    if (first === undefined) return;
    this.#firstEmpty = undefined;
    const message = `segment ${first} is empty, but segment ${sector} is in use`;
    this.#findings.error({ kind: 'segment-missing', offset: first * LOG_SEGMENT_BYTES, number: first, message });
  }

  #reportBad(view: DataView, offset: number, sector: number): void {
    const { flippedBit, actualNumber } = this.#findings.isFull
      ? {}
      : diagnosePage(view, { offset, number: sector }, LOG_SEGMENT_BYTES);
    const place = { offset: sector * LOG_SEGMENT_BYTES, number: sector };
    // A segment names its own place, under the checksum: that tells the two apart.
    if (actualNumber !== undefined && actualNumber === readLogPosition(view, offset + 8).sector) {
      const message = `segment ${sector} is segment ${actualNumber} in the wrong place`;
      this.#findings.error({ kind: 'segment-misplaced', ...place, actualNumber, message });
    } else if (flippedBit !== undefined) {
      const message = `segment ${sector} has one flipped bit, bit ${flippedBit & 7} of byte ${flippedBit >>> 3}`;
      this.#findings.error({ kind: 'segment-bit-flipped', ...place, flippedBit, message });
    } else this.#report(sector, `segment ${sector} doesn't fit its checksum`);
  }

  #report(sector: number, message: string): void {
    this.#findings.error({ kind: 'segment-bad', offset: sector * LOG_SEGMENT_BYTES, number: sector, message });
  }
}
