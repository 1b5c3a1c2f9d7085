import { describe, expect, it } from 'vitest';
import { checkCheckpoint, encodeCheckpoint, sealHeader } from '../../src/index.ts';
import { flipBit, logSignature } from './made-files.ts';

const position = { generation: 0x1234, sector: 5, byte: 6 };

function checkpoint(): Uint8Array {
  return encodeCheckpoint({ position, logSignature });
}

function kinds(file: Uint8Array): string[] {
  return checkCheckpoint(file).findings.map(({ kind }) => kind);
}

describe('check of a checkpoint file', () => {
  it('passes a good one and tells what it says', () => {
    const result = checkCheckpoint(checkpoint());
    expect(result).toMatchObject({ intact: true, findings: [], sizeBytes: 8192, facts: { position } });
    expect(result.facts?.logSignature).toMatch(/^4d000000/);
  });

  it('finds every flipped bit; one good copy is enough', () => {
    for (let bit = 0; bit < 65536; bit += 7) {
      const file = checkpoint();
      flipBit(file, 0, bit);
      const result = checkCheckpoint(file);
      expect(result).toMatchObject({ intact: true, facts: { position } });
      expect(result.findings).toMatchObject([{ kind: 'checkpoint-copy-bad', offset: bit < 32768 ? 0 : 4096 }]);
    }
  });

  it('refuses two bad copies, a wrong length, another file', () => {
    const bad = checkpoint();
    flipBit(bad, 0, 100);
    flipBit(bad, 4096, 100);
    expect(checkCheckpoint(bad)).toMatchObject({
      intact: false,
      facts: undefined,
      findings: [{ kind: 'headers-bad' }],
    });
    expect(kinds(checkpoint().subarray(0, 4096))).toEqual(['length-wrong', 'checkpoint-copy-bad']);
    expect(kinds(new Uint8Array(0))).toEqual(['length-wrong', 'headers-bad']);
    const other = checkpoint();
    other[667] = 3;
    sealHeader(other.subarray(0, 4096));
    expect(kinds(other)).toEqual(['file-type-wrong']);
    other[667] = 0;
    sealHeader(other.subarray(0, 4096));
    expect(kinds(other)).toEqual([]);
  });
});
