import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPage, type PagePlace, sealPage } from '../src/page-checksum.ts';

const pageSizes = [4096, 8192, 16384, 32768] as const;

/** The pattern of Microsoft's own unit test; sealing sets the flag in it that says that the checksum is XE. */
function pattern(sizeBytes: number, valueAt: (index: number) => number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => valueAt(index) & 255);
}

function seal(page: Uint8Array, number: number, pageSize = page.length): void {
  sealPage(new DataView(page.buffer), { offset: 0, number }, pageSize);
}

function check(page: Uint8Array, number: number): string {
  return checkPage(new DataView(page.buffer), { offset: 0, number }, page.length);
}

function storedChecksums(page: Uint8Array): string[] {
  const view = new DataView(page.buffer);
  return [0, 40, 48, 56].map((at) => view.getBigUint64(at, true).toString(16).padStart(16, '0'));
}

describe('page checksum', () => {
  it("reproduces Microsoft's known answer for a page of one block", () => {
    const page = pattern(8192, (index) => index);
    seal(page, 9876);
    expect(storedChecksums(page)[0]).toBe('0000000004042290');
  });

  it("reproduces Microsoft's known answers for pages of four blocks", () => {
    const page = pattern(32768, (index) => index + Math.floor(index / 13));
    seal(page, 0x98765431);
    expect(storedChecksums(page)).toEqual([
      'f9ce063147b6b865',
      '69af69afcdd590e4',
      '770988f62ea1a9e2',
      '7cb77cb77b839a0e',
    ]);
    seal(page, 0x98765431, 16384);
    expect(storedChecksums(page)).toEqual([
      '7b807b80651e03fc',
      '7c347c34bc66a14b',
      '6c7e6c7ecb3a6c94',
      '05d105d19e99a841',
    ]);
  });

  it('takes an all-zero page for one that was never used', () => {
    expect(check(new Uint8Array(4096), 7)).toBe('zero');
  });

  it('refuses a page that is zero except for one byte', () => {
    const page = new Uint8Array(4096);
    page[4095] = 1;
    expect(check(page, 7)).toBe('bad');
  });

  it('checks the older format by XOR and page number', () => {
    const page = new Uint8Array(4096);
    const view = new DataView(page.buffer);
    view.setUint32(100, 0x11111111, true);
    view.setUint32(4, 7, true);
    view.setUint32(0, (0x89abcdef ^ 0x11111111 ^ 7) >>> 0, true);
    expect(check(page, 7)).toBe('valid');
    expect(check(page, 8)).toBe('bad');
  });

  it.each(pageSizes)('notices any one flipped bit, and a page in the wrong place (%i bytes)', (pageSize) => {
    const bits = fc.integer({ min: 0, max: pageSize * 8 - 1 });
    const content = fc.uint8Array({ minLength: 64, maxLength: 64 });
    const property = fc.property(content, bits, fc.integer({ min: 1, max: 0x7fffffff }), (bytes, bit, number) => {
      const page = new Uint8Array(pageSize);
      for (let at = 80; at + 64 <= pageSize; at += 64) page.set(bytes, at);
      seal(page, number);
      expect(check(page, number)).toBe('valid');
      expect(check(page, number + 1)).toBe('bad');
      page[bit >>> 3] = (page[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(check(page, number)).toBe('bad');
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('reads and writes at any offset of a larger buffer', () => {
    const file = new Uint8Array(3 * 4096 + 1);
    file.fill(0x5a, 4097, 8193);
    const place: PagePlace = { offset: 4097, number: 3 };
    sealPage(new DataView(file.buffer), place, 4096);
    expect(checkPage(new DataView(file.buffer), place, 4096)).toBe('valid');
    expect(file.subarray(0, 4097).every((byte) => byte === 0)).toBe(true);
    expect(file.subarray(8193).every((byte) => byte === 0)).toBe(true);
  });
});
