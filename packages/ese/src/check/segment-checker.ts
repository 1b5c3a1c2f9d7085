import { LOG_SEGMENT_BYTES } from '../log-header.ts';
import { readLogPosition } from '../log-position.ts';
import type { Finding, FindingList } from './finding.ts';
import { diagnosePage } from './page-diagnosis.ts';
import { sealText } from './raw-fact.ts';
import { type SegmentKind, segmentKind } from './segment-kind.ts';

/** The log whose segments are checked. */
export interface SegmentedLog {
  readonly generation: number;
  /** The header's and the last one, which is kept for a shadow, included. */
  readonly sectorCount: number;
  /** See `LogCheckOptions`. */
  readonly isCurrent: boolean;
}

/** Checks the segments of one log in the order of the file. */
export class SegmentChecker {
  readonly counts: Record<SegmentKind, number> = { zero: 0, current: 0, stale: 0, shadow: 0, newer: 0, bad: 0 };
  readonly #log: SegmentedLog;
  readonly #findings: FindingList;
  #seal = 0n;
  #firstEmpty: number | undefined;
  /** The segment before, which is bad; held back while this one may be the copy that it is repaired from. */
  #torn: SegmentFinding | undefined;

  constructor(log: SegmentedLog, findings: FindingList) {
    this.#log = log;
    this.#findings = findings;
  }

  /** XOR of the checksums of this log's segments, 16 hexadecimal digits; undefined when one of them can't be relied on. */
  get seal(): string | undefined {
    return this.counts.bad === 0 && this.counts.newer === 0 ? sealText(this.#seal) : undefined;
  }

  check(view: DataView, offset: number, sector: number): void {
    const { generation, sectorCount } = this.#log;
    if (sector >= sectorCount) return;
    const kind = segmentKind(view, { offset, sector, generation });
    this.#settleTorn(kind === 'shadow' && readLogPosition(view, offset + 8).generation === generation);
    if (kind === 'bad') this.#reportBad(view, offset, sector);
    else if (kind === 'newer') this.#findings.error(plainFinding(sector, `segment ${sector} belongs to a later log`));
    // The last sector is no segment, but may hold a shadow.
    if (sector === sectorCount - 1 && kind !== 'bad' && kind !== 'newer') return;
    this.counts[kind] += 1;
    if (kind === 'current') this.#useCurrent(view.getBigUint64(offset, true), sector);
    else if (kind !== 'bad' && kind !== 'newer') this.#firstEmpty ??= sector;
  }

  end(): void {
    this.#settleTorn(false);
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
    const finding = this.#findings.isFull ? plainFinding(sector) : diagnosed(view, offset, sector);
    if (this.#log.isCurrent) this.#torn = finding;
    else this.#findings.error(finding);
  }

  #settleTorn(hasCopy: boolean): void {
    const torn = this.#torn;
    if (torn === undefined) return;
    this.#torn = undefined;
    if (!hasCopy) this.#findings.error(torn);
    else this.#findings.warning({ ...torn, message: `${torn.message}; the engine repairs it from the copy after it` });
  }
}

type SegmentFinding = Omit<Finding, 'severity'>;

function plainFinding(sector: number, message = `segment ${sector} doesn't fit its checksum`): SegmentFinding {
  return { kind: 'segment-bad', offset: sector * LOG_SEGMENT_BYTES, number: sector, message };
}

function diagnosed(view: DataView, offset: number, sector: number): SegmentFinding {
  const { flippedBit, actualNumber } = diagnosePage(view, { offset, number: sector }, LOG_SEGMENT_BYTES);
  // A segment names its own place, under the checksum: that tells the two apart.
  if (actualNumber !== undefined && actualNumber === readLogPosition(view, offset + 8).sector) {
    const message = `segment ${sector} is segment ${actualNumber} in the wrong place`;
    return { ...plainFinding(sector, message), kind: 'segment-misplaced', actualNumber };
  }
  if (flippedBit === undefined) return plainFinding(sector);
  const message = `segment ${sector} has one flipped bit, bit ${flippedBit & 7} of byte ${flippedBit >>> 3}`;
  return { ...plainFinding(sector, message), kind: 'segment-bit-flipped', flippedBit };
}
