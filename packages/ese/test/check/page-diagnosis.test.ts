import { describe, expect, it } from 'vitest';
import { diagnosePage } from '../../src/check/page-diagnosis.ts';
import { headerChecksum, sealPage } from '../../src/index.ts';
import { checkDatabase, flipBit, madeDatabase } from './made-files.ts';

const P = 4096;
/** The flag in a page that says which kind of checksum it has. */
const FLAG_BIT = 9 * 32 + 13;
const unknown = { flippedBit: undefined, actualNumber: undefined };

function diagnose(page: Uint8Array, number: number): ReturnType<typeof diagnosePage> {
  return diagnosePage(new DataView(page.buffer, page.byteOffset), { offset: 0, number }, page.length);
}

/** A good page with the newer checksum. */
function newPage(number: number, pageSize = P): Uint8Array {
  const page = new Uint8Array(pageSize).fill(0x5a, 80);
  sealPage(new DataView(page.buffer), { offset: 0, number }, pageSize);
  return page;
}

/** A good page as engines before Windows 7 wrote it. */
function oldPage(number: number): Buffer {
  const page = Buffer.alloc(P).fill(0x5a, 40);
  page.writeUInt32LE(number, 4);
  page.writeUInt32LE(headerChecksum(page), 0);
  return page;
}

describe('diagnosis of a bad page', () => {
  it('locates the flag that selects the checksum, in both kinds of pages and in unused ones', () => {
    for (const page of [newPage(7), oldPage(7), new Uint8Array(P)]) {
      flipBit(page, 0, FLAG_BIT);
      expect(diagnose(page, 7)).toEqual({ flippedBit: FLAG_BIT, actualNumber: undefined });
    }
  });

  it('cannot tell a flipped bit of the stored checksum from another page number', () => {
    const page = newPage(7);
    flipBit(page, 0, 3);
    expect(diagnose(page, 7)).toEqual({ flippedBit: 3, actualNumber: 7 ^ 8 });
  });

  it('can where no page has that number', () => {
    const page = newPage(7);
    flipBit(page, 0, 31);
    expect(diagnose(page, 7)).toEqual({ flippedBit: 31, actualNumber: undefined });
    const one = newPage(1);
    flipBit(one, 0, 0);
    expect(diagnose(one, 1)).toEqual({ flippedBit: 0, actualNumber: undefined });
  });

  it('can where the page has four checksums', () => {
    const page = newPage(7, 16384);
    flipBit(page, 0, 3);
    expect(diagnose(page, 7)).toEqual({ flippedBit: 3, actualNumber: undefined });
    expect(diagnose(newPage(7, 16384), 9)).toEqual({ ...unknown, actualNumber: 7 });
  });

  it('recognises pages of the older kind in a wrong place, but locates no bit of them', () => {
    expect(diagnose(oldPage(7), 9)).toEqual({ ...unknown, actualNumber: 7 });
    const page = oldPage(7);
    flipBit(page, 0, 10_000);
    expect(diagnose(page, 7)).toEqual(unknown);
  });

  it('claims nothing where more than one bit is wrong', () => {
    const flips = [
      [400, 40_00],
      [400, 401],
      [3, 35],
      [3, 4],
      [35, 36],
      [400, 500, 600],
    ];
    for (const bits of flips) {
      const [used, unused] = [newPage(7), new Uint8Array(P)];
      for (const bit of bits) {
        flipBit(used, 0, bit);
        flipBit(unused, 0, bit);
      }
      expect(diagnose(used, 7).flippedBit).toBeUndefined();
      expect(diagnose(unused, 7)).toEqual(unknown);
    }
  });

  it('passes pages of the older kind that are good', () => {
    const file = madeDatabase();
    file.set(oldPage(3), 4 * P);
    file.set(oldPage(3), 5 * P);
    const result = checkDatabase(file);
    expect(result.findings).toMatchObject([{ kind: 'page-misplaced', number: 4, actualNumber: 3 }]);
  });
});
