import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { checkDatabase, checkLog, flipBit, madeDatabase, madeLog, madeStreamingCopy } from './made-files.ts';

const UNIT = 4096;
const BITS = UNIT * 8;
/** Far beyond what it takes: measuring coverage makes this many times slower. */
const TIMEOUT_MS = 3_600_000;

/** Locating every bit takes a while; otherwise one in 17 is, which covers every bit of a word. */
const LOCATING_STEP = process.env['ESE_TEST_EXHAUSTIVE'] === '1' ? 1 : 17;

/** Flips the same bit in all pages, or segments, from the one at `first` on; checks; flips them back. */
function flipEach<T>(file: Buffer, first: number, each: { bit: number; check: () => T }): T {
  for (let at = first * UNIT; at < file.length; at += UNIT) flipBit(file, at, each.bit);
  const result = each.check();
  for (let at = first * UNIT; at < file.length; at += UNIT) flipBit(file, at, each.bit);
  return result;
}

function bits(step = 1): number[] {
  return Array.from({ length: Math.ceil(BITS / step) }, (_, index) => index * step);
}

/** Whether the findings are this bit of page 1, page 2, and so on to `count`. */
function areLocated(findings: readonly Finding[], bit: number, count: number): boolean {
  return (
    findings.length === count &&
    findings.every(({ number, flippedBit }, index) => number === index + 1 && flippedBit === bit)
  );
}

describe('every flipped bit', { timeout: TIMEOUT_MS }, () => {
  it('of a database page is found, used or not, and located', () => {
    const file = madeDatabase();
    const missed = bits().filter((bit) => {
      return flipEach(file, 2, { bit, check: () => checkDatabase(file, { maxFindings: 0 }).pages.bad }) !== 14;
    });
    const notLocated = bits(LOCATING_STEP).filter((bit) => {
      return !areLocated(flipEach(file, 2, { bit, check: () => checkDatabase(file).findings }), bit, 14);
    });
    expect({ missed, notLocated }).toEqual({ missed: [], notLocated: [] });
    expect(checkDatabase(file).findings).toEqual([]);
  });

  it('of a segment is found, used or not, and located', () => {
    const file = madeLog();
    const missed = bits().filter((bit) => {
      return flipEach(file, 1, { bit, check: () => checkLog(file, { maxFindings: 0 }).segments.bad }) !== 15;
    });
    const notLocated = bits(LOCATING_STEP).filter((bit) => {
      const findings = flipEach(file, 1, { bit, check: () => checkLog(file).findings });
      return !(areLocated(findings, bit, 15) && findings.every(({ kind }) => kind === 'segment-bit-flipped'));
    });
    expect({ missed, notLocated }).toEqual({ missed: [], notLocated: [] });
    expect(checkLog(file).findings).toEqual([]);
  });

  it.each([
    ['header', 0, 'header-bad'],
    ['shadow', 1, 'shadow-header-bad'],
    ['trailer', 3, 'trailer-bad'],
  ])('of a %s is found', (_, index, kind) => {
    const copy = madeStreamingCopy();
    const short = Buffer.concat([copy.subarray(0, 3 * UNIT), copy.subarray(copy.length - UNIT)]);
    const missed = bits().filter((bit) => {
      flipBit(short, index * UNIT, bit);
      const { findings, intact } = checkDatabase(short, { expected: 'streaming-copy' });
      flipBit(short, index * UNIT, bit);
      return intact || findings.length !== 1 || findings[0]?.kind !== kind;
    });
    expect(missed).toEqual([]);
    expect(checkDatabase(short, { expected: 'streaming-copy' }).findings).toEqual([]);
  });

  it('of a log header is found', () => {
    const log = madeLog({ sectorCount: 3, segmentCount: 1 });
    const missed = bits().filter((bit) => {
      flipBit(log, 0, bit);
      const { findings } = checkLog(log);
      flipBit(log, 0, bit);
      return findings[0]?.kind !== 'header-bad';
    });
    expect(missed).toEqual([]);
    expect(checkLog(log).findings).toEqual([]);
  });

  it.each([8192, 16384, 32768])('of a page of %i bytes is located, even in the stored checksums', (pageSize) => {
    const file = madeDatabase({ pageSize, filePages: 12 });
    const anywhere = fc.integer({ min: 0, max: pageSize * 8 - 1 });
    const inHeader = fc.integer({ min: 0, max: 80 * 8 - 1 });
    const property = fc.property(fc.oneof(anywhere, inHeader), fc.integer({ min: 2, max: 11 }), (bit, page) => {
      flipBit(file, page * pageSize, bit);
      const { findings } = checkDatabase(file);
      flipBit(file, page * pageSize, bit);
      expect(findings).toMatchObject([{ number: page - 1, offset: page * pageSize, flippedBit: bit }]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('alone is one finding', () => {
    const [copy, log] = [madeStreamingCopy(), madeLog()];
    const property = fc.property(fc.integer({ min: 0, max: 65536 * 8 - 1 }), (bit) => {
      for (const [file, check] of [
        [copy, checkDatabase],
        [log, checkLog],
      ] as const) {
        flipBit(file, 0, bit);
        const { findings } = check(file);
        flipBit(file, 0, bit);
        expect(findings.length).toBe(1);
        expect(Math.floor((findings[0]?.offset ?? -1) / UNIT)).toBe(Math.floor(bit / BITS));
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('every page in a wrong place', { timeout: TIMEOUT_MS }, () => {
  it.each([4096, 16384])('is found and recognised (%i bytes)', (pageSize) => {
    const filePages = (1024 * 1024) / pageSize;
    const pages = madeDatabase({ pageSize, filePages });
    const used = filePages - 10;
    const headers = pages.subarray(0, 2 * pageSize);
    const content = pages.subarray(2 * pageSize, (used + 2) * pageSize);
    for (let shift = 1; shift < used; shift += 1) {
      const [head, tail] = [content.subarray(0, shift * pageSize), content.subarray(shift * pageSize)];
      const { findings } = checkDatabase(Buffer.concat([headers, tail, head]), { maxFindings: 1000 });
      const recognised = findings.filter(({ kind, number = 0, actualNumber }) => {
        return kind === 'page-misplaced' && actualNumber === ((number - 1 + shift) % used) + 1;
      });
      if (recognised.length !== used) expect({ shift, recognised: recognised.length }).toBe(used);
    }
    expect(used).toBeGreaterThan(50);
  });

  it('is found among segments, by itself or by the gap behind it', () => {
    const log = madeLog();
    for (let to = 1; to <= 9; to += 1) {
      for (let from = 1; from <= 10; from += 1) {
        if (from === to) continue;
        const file = Buffer.from(log);
        log.copy(file, to * UNIT, from * UNIT, (from + 1) * UNIT);
        const kind = from === to - 1 ? 'segment-missing' : 'segment-misplaced';
        expect(checkLog(file).findings).toMatchObject([{ kind, number: to }]);
      }
    }
  });
});
