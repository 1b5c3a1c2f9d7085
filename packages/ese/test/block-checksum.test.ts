import { describe, expect, it } from 'vitest';
import { blockChecksum, sealPage } from '../src/index.ts';

const NUMBER = 0x98765431;

describe('block checksum', () => {
  it("reproduces Microsoft's known answer for 28 KiB: blocks of 8 KiB and a last one of 4", () => {
    const page = Uint8Array.from({ length: 32768 }, (_, index) => (index + Math.floor(index / 13)) & 255);
    const view = new DataView(page.buffer);
    // The engine's own test goes on with the buffer as pages of 32 and 16 KiB have left it.
    sealPage(view, { offset: 0, number: NUMBER }, 32768);
    sealPage(view, { offset: 0, number: NUMBER }, 16384);
    const blocks = [
      { storedAt: 40, place: { offset: 8192, sizeBytes: 8192, from: 0 } },
      { storedAt: 48, place: { offset: 16384, sizeBytes: 8192, from: 0 } },
      { storedAt: 56, place: { offset: 24576, sizeBytes: 4096, from: 0 } },
      // Contains the others' checksums, so it comes last.
      { storedAt: 0, place: { offset: 0, sizeBytes: 8192, from: 8 } },
    ];
    for (const { storedAt, place } of blocks) {
      const { xor, ecc } = blockChecksum(view, place, NUMBER);
      view.setUint32(storedAt, xor, true);
      view.setUint32(storedAt + 4, ecc, true);
    }
    const stored = [0, 40, 48, 56].map((at) => view.getBigUint64(at, true).toString(16));
    expect(stored).toEqual(['f9d80627e9c2387e', '69af69afcdd590e4', '770988f62ea1a9e2', '1f311f31b6717993']);
  });
});
