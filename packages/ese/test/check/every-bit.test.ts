import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkDatabase, checkLog, flipBit, madeDatabase, madeLog } from './made-files.ts';

/** Every flipped bit, and every page in every wrong place, of whole files of 1 MiB. */

const UNIT = 4096;
const BITS = UNIT * 8;
const MIB_UNITS = 256;
/** Far beyond what it takes: measuring coverage makes this many times slower. */
const TIMEOUT_MS = 3_600_000;

const isExhaustive = process.env['ESE_TEST_EXHAUSTIVE'] === '1';
/** One bit in so many, unless all are asked for. A prime: it covers every bit of a byte and of a word. */
const BIT_STEP = isExhaustive ? 1 : 61;
const SHIFT_STEP = isExhaustive ? 1 : 7;

const folder = new URL('../../../../../shared/samples/ese/', import.meta.url);
const hasSamples = existsSync(folder);

interface File {
  readonly name: string;
  readonly read: () => Buffer;
}

const made: File = { name: 'a made database', read: () => madeDatabase({ filePages: MIB_UNITS }) };
const samples = ['dissect-text.edb', 'velocidex-HyperV-PC-Current.mdb'].map((name): File => {
  return { name, read: () => gunzipSync(readFileSync(new URL(`${name}.gz`, folder))) };
});
const databases = hasSamples ? [made, ...samples] : [made];
if (!hasSamples) say('the samples are not on this machine: only made files are damaged');

function say(text: string): void {
  process.stdout.write(`every-bit: ${text}\n`);
}

/** Turns a bit of each unit from `first` to before `end`. */
function flipInEach(file: Buffer, bit: number, [first, end]: readonly [number, number]): void {
  for (let unit = first; unit < end; unit += 1) flipBit(file, unit * UNIT, bit);
}

/** Bits of one unit that are tried. */
function* triedBits(): Generator<number> {
  for (let bit = 0; bit < BITS; bit += BIT_STEP) yield bit;
}

/** How many bits, turned one after the other in each of the units, `countBad` found in all of them. */
function countFound(file: Buffer, units: readonly [number, number], countBad: () => number): number {
  let found = 0;
  for (const bit of triedBits()) {
    flipInEach(file, bit, units);
    found += countBad();
    flipInEach(file, bit, units);
  }
  return found;
}

const tried = Math.ceil(BITS / BIT_STEP);

describe('every flipped bit of a file of 1 MiB is found', { timeout: TIMEOUT_MS }, () => {
  it.each(databases)('in the pages of $name', ({ name, read }) => {
    const file = read();
    expect(file.length).toBe(MIB_UNITS * UNIT);
    const found = countFound(file, [2, MIB_UNITS], () => checkDatabase(file, { maxFindings: 0 }).pages.bad);
    say(`${found} of ${tried * 254} flips found in the pages of ${name}`);
    expect(found).toBe(tried * 254);
    expect(checkDatabase(file)).toMatchObject({ findings: [], pages: { bad: 0 } });
  });

  it.each(databases)('in the headers of $name', ({ name, read }) => {
    const head = Buffer.from(read().subarray(0, 3 * UNIT));
    let found = 0;
    for (const [unit, kind] of ['header-bad', 'shadow-header-bad'].entries()) {
      found += countFound(head, [unit, unit + 1], () => (checkDatabase(head).findings[0]?.kind === kind ? 1 : 0));
    }
    say(`${found} of ${tried * 2} flips found in the headers of ${name}`);
    expect(found).toBe(tried * 2);
  });

  it('in the header and the segments of a made log, used or not', () => {
    const file = madeLog({ sectorCount: MIB_UNITS, segmentCount: 200 });
    const inSegments = countFound(file, [1, MIB_UNITS], () => checkLog(file, { maxFindings: 0 }).segments.bad);
    const inHeader = countFound(file, [0, 1], () => (checkLog(file).findings[0]?.kind === 'header-bad' ? 1 : 0));
    say(`${inSegments + inHeader} of ${tried * 256} flips found in a made log`);
    expect([inSegments, inHeader]).toEqual([tried * 255, tried]);
    expect(checkLog(file).findings).toEqual([]);
  });
});

describe('every page in every wrong place of a file of 1 MiB is found', { timeout: TIMEOUT_MS }, () => {
  it.each(databases)('in $name', ({ name, read }) => {
    const file = read();
    const { valid } = checkDatabase(file).pages;
    const headers = file.subarray(0, 2 * UNIT);
    const pages = file.subarray(2 * UNIT);
    const shifts = Array.from({ length: Math.ceil(253 / SHIFT_STEP) }, (_, index) => 1 + index * SHIFT_STEP);
    let found = 0;
    for (const shift of shifts) {
      const rotated = [pages.subarray(-shift * UNIT), pages.subarray(0, -shift * UNIT)];
      found += checkDatabase(Buffer.concat([headers, ...rotated]), { maxFindings: 0 }).pages.bad;
    }
    say(`${found} of ${valid * shifts.length} wrong places found of ${valid} pages of ${name}`);
    expect(found).toBe(valid * shifts.length);
    expect(valid).toBeGreaterThan(30);
  });
});
