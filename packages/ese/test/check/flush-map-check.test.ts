import { describe, expect, it } from 'vitest';
import { checkFlushMap, sealHeader, sealPage } from '../../src/index.ts';
import { flipBit } from './made-files.ts';

/** A header, a page in use, one never used. */
function flushMap(): Uint8Array {
  const file = new Uint8Array(3 * 8192);
  file[667] = 7;
  sealHeader(file.subarray(0, 8192));
  file.fill(0x5a, 8192 + 80, 2 * 8192);
  sealPage(new DataView(file.buffer), { offset: 8192, number: 0 }, 8192);
  return file;
}

function summary(file: Uint8Array): string[] {
  return checkFlushMap(file).findings.map(({ kind, offset }) => `${kind} ${offset}`);
}

describe('check of a flush map', () => {
  it('passes a good one', () => {
    expect(checkFlushMap(flushMap())).toEqual({ intact: true, findings: [], omittedFindings: 0, sizeBytes: 24576 });
  });

  it('finds every flipped bit', () => {
    for (let bit = 0; bit < 3 * 65536; bit += 11) {
      const file = flushMap();
      flipBit(file, 0, bit);
      const page = Math.floor(bit / 65536);
      expect(summary(file)).toEqual([page === 0 ? 'header-bad 0' : `page-bad ${page * 8192}`]);
    }
  });

  it('refuses what ends within a page, and other files', () => {
    expect(summary(flushMap().subarray(0, 16383))).toEqual(['length-wrong 8192']);
    expect(summary(flushMap().subarray(0, 100))).toEqual(['header-bad 0', 'length-wrong 0']);
    expect(summary(new Uint8Array(0))).toEqual(['header-bad 0']);
    const other = flushMap();
    other[667] = 1;
    sealHeader(other.subarray(0, 8192));
    expect(summary(other)).toEqual(['file-type-wrong 667']);
  });
});
