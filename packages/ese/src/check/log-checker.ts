import { isHeaderValid } from '../header-checksum.ts';
import { LOG_SEGMENT_BYTES } from '../log-header.ts';
import { type CheckResult, FindingList } from './finding.ts';
import { type LogFacts, type LogHeaderFacts, readLogHeaderFacts } from './log-facts.ts';
import { checkLogHeader } from './log-header-rules.ts';
import { SegmentChecker } from './segment-checker.ts';
import type { SegmentKind } from './segment-kind.ts';
import { UnitCutter } from './unit-cutter.ts';

export interface LogCheckOptions {
  /** By the file's name; see `logGeneration`. */
  readonly expectedGeneration?: number | undefined;
  /** The log that is written to, `edb.log`: the engine repairs its last segment from the copy after it. */
  readonly isCurrent?: boolean | undefined;
  /** How many findings are stored; 100 by default. */
  readonly maxFindings?: number | undefined;
}

export interface LogCheckResult extends CheckResult {
  /** Undefined when the header is bad. */
  readonly facts: LogFacts | undefined;
  /** How many segments are what; all 0 when none was checked. */
  readonly segments: Readonly<Record<SegmentKind, number>>;
}

const NO_SEGMENTS: Readonly<Record<SegmentKind, number>> = {
  zero: 0,
  current: 0,
  stale: 0,
  shadow: 0,
  newer: 0,
  bad: 0,
};

/**
 * Checks a log file while it is read from beginning to end: header, size, each segment, and that no
 * segment in use follows an empty one. Feed it the file in buffers of any length, then call `end` once.
 * Logs before version 8 (Windows 8, Server 2012) are named as unsupported.
 */
export class LogChecker {
  readonly #expectedGeneration: number | undefined;
  readonly #isCurrent: boolean;
  readonly #findings: FindingList;
  readonly #cutter: UnitCutter;
  #facts: LogHeaderFacts | undefined;
  #segments: SegmentChecker | undefined;
  /** By the header; undefined when that is bad. */
  #announcedBytes: number | undefined;
  #ended = false;

  constructor({ expectedGeneration, isCurrent = false, maxFindings }: LogCheckOptions = {}) {
    this.#expectedGeneration = expectedGeneration;
    this.#isCurrent = isCurrent;
    this.#findings = new FindingList(maxFindings);
    this.#cutter = new UnitCutter(LOG_SEGMENT_BYTES, (view, offset, index) => {
      if (index === 0) this.#begin(view, offset);
      else this.#segments?.check(view, offset, index);
    });
  }

  feed(bytes: Uint8Array): void {
    if (this.#ended) throw new Error('a checked log was fed again');
    this.#cutter.push(bytes);
  }

  end(): LogCheckResult {
    const sizeBytes = this.#cutter.count * LOG_SEGMENT_BYTES + this.#cutter.restBytes;
    if (!this.#ended) {
      this.#segments?.end();
      this.#checkSize(sizeBytes);
    }
    this.#ended = true;
    return {
      ...this.#findings.result(sizeBytes),
      facts: this.#facts && { ...this.#facts, seal: this.#segments?.seal },
      segments: { ...(this.#segments?.counts ?? NO_SEGMENTS) },
    };
  }

  #begin(view: DataView, offset: number): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, LOG_SEGMENT_BYTES);
    if (!isHeaderValid(bytes)) {
      this.#findings.error({ kind: 'header-bad', offset: 0, message: 'the header is bad: no segment was checked' });
      return;
    }
    const header = new DataView(bytes.buffer, bytes.byteOffset, LOG_SEGMENT_BYTES);
    this.#facts = readLogHeaderFacts(header);
    const shape = checkLogHeader(header, this.#expectedGeneration, this.#findings);
    this.#announcedBytes = shape.sizeBytes;
    if (!shape.isSupported) return;
    const sectorCount = shape.sizeBytes / LOG_SEGMENT_BYTES;
    const { generation } = this.#facts;
    this.#segments = new SegmentChecker({ generation, sectorCount, isCurrent: this.#isCurrent }, this.#findings);
  }

  #checkSize(sizeBytes: number): void {
    if (this.#cutter.count === 0) {
      this.#findings.error({ kind: 'header-bad', offset: 0, message: 'the file is shorter than a header' });
      return;
    }
    if (this.#announcedBytes === undefined || this.#announcedBytes === sizeBytes) return;
    const message = `the file has ${sizeBytes} bytes, but its header says ${this.#announcedBytes}`;
    this.#findings.error({ kind: 'length-wrong', offset: Math.min(sizeBytes, this.#announcedBytes), message });
  }
}
