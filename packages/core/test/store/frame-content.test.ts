import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_BYTES, DIGEST_BYTES, FRAME_CONTENT_BYTES, SALT_BYTES } from '../../src/store/blocks.ts';
import { FrameContent } from '../../src/store/frame-content.ts';
import { encodeSalted } from '../../src/store/salted-frame.ts';
import { noise } from '../arrange.ts';

const zstd = { encoding: 'zstd' } as const;

describe('FrameContent', () => {
  test('never decompresses to more than a frame may hold', () => {
    const bomb = zstdCompressSync(Buffer.alloc(64 * FRAME_CONTENT_BYTES));
    expect(() => new FrameContent(bomb, zstd, false)).toThrow('cannot be decompressed');
  });

  test('takes any bytes: a fault of ours, or content that its digests will refuse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isSalted) => {
        try {
          const content = new FrameContent(bytes, zstd, isSalted);
          expect(content.isIntact(0, Buffer.alloc(DIGEST_BYTES))).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ code: 'integrity-failed' });
        }
      }),
    );
  });

  test('a salted frame shorter than its salt holds no block', () => {
    const content = new FrameContent(Buffer.from('short'), { encoding: 'raw' }, true);
    expect(content.bytes(0, 1)).toHaveLength(0);
  });
});

describe('encodeSalted', () => {
  const lengths = fc.integer({ min: 1, max: FRAME_CONTENT_BYTES });
  const isNoise = fc.boolean();

  function encoded(original: Uint8Array) {
    const buffer = new Uint8Array(FRAME_CONTENT_BYTES + SALT_BYTES);
    buffer.set(original);
    const stretch = encodeSalted(buffer, original.length);
    return { ...stretch, frame: buffer.slice(0, stretch.frameLength) };
  }

  test('loses nothing, whatever is in it: zeros count as content', () => {
    fc.assert(
      fc.property(lengths, isNoise, (length, noisy) => {
        const original = noisy ? noise(length, length) : Buffer.alloc(length);
        const { frame, encoding, places, digests } = encoded(original);
        const content = new FrameContent(frame, { encoding }, true);
        expect(places).toHaveLength(Math.ceil(length / BLOCK_BYTES));
        expect(Buffer.compare(content.bytes(0, places.length), original)).toBe(0);
        for (const index of places) {
          const digest = digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
          expect(content.isIntact(index, digest)).toBe(true);
          expect(content.isIntact(index, Buffer.alloc(DIGEST_BYTES, 7))).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('gives the same content another digest each time', () => {
    const [one, other] = [encoded(Buffer.from('a CRL')), encoded(Buffer.from('a CRL'))];
    expect(Buffer.from(one.digests).equals(other.digests)).toBe(false);
  });

  test('of nothing makes nothing', () => {
    expect(encoded(new Uint8Array(0))).toMatchObject({ frameLength: 0, places: [] });
  });
});
