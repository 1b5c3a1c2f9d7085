import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_BYTES, blockDigest, DIGEST_BYTES, FRAME_CONTENT_BYTES, zeroDigest } from '../../src/store/blocks.ts';
import { inlineEncoder } from '../../src/store/encoder.ts';
import { encoderPool } from '../../src/store/encoder-pool.ts';
import { type EncodedStretch, encodeStretch, KNOWN, ZERO } from '../../src/store/frame.ts';
import { FrameContent } from '../../src/store/frame-content.ts';
import { noise } from '../arrange.ts';

type Kind = 'noise' | 'text' | 'zero';

function stretchOf(kinds: readonly Kind[], lastBytes: number): Uint8Array {
  const blocks = kinds.map((kind, index) => {
    if (kind === 'zero') return Buffer.alloc(BLOCK_BYTES);
    return kind === 'noise' ? noise(BLOCK_BYTES, index) : Buffer.alloc(BLOCK_BYTES, `text ${index} `);
  });
  return Buffer.concat(blocks).subarray(0, (kinds.length - 1) * BLOCK_BYTES + lastBytes);
}

const kinds = fc.array(fc.constantFrom<Kind>('noise', 'text', 'zero'), { minLength: 1, maxLength: 16 });
const lastBytes = fc.integer({ min: 1, max: BLOCK_BYTES });

/** The stretch as the frame, the zeros and the known blocks give it back. */
function rebuilt(encoded: EncodedStretch, memory: Uint8Array, original: Uint8Array): Uint8Array {
  const content = new FrameContent(memory.subarray(0, encoded.frameLength), encoded, false);
  const blocks = encoded.places.map((place, index) => {
    const block = original.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
    if (place === ZERO) return Buffer.alloc(block.length);
    return place === KNOWN ? block : content.bytes(place, 1);
  });
  return Buffer.concat(blocks);
}

describe('encodeStretch', () => {
  test('loses nothing, and stores neither zeros nor what is known', () => {
    fc.assert(
      fc.property(kinds, lastBytes, fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }), (blocks, last, known) => {
        const original = stretchOf(blocks, last);
        const digests = Buffer.alloc(16 * DIGEST_BYTES);
        for (const [index, isKnown] of known.entries()) {
          const block = original.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
          if (isKnown) blockDigest(block).copy(digests, index * DIGEST_BYTES);
        }
        const memory = new Uint8Array(original);
        const encoded = encodeStretch(memory, [digests]);
        expect(Buffer.compare(rebuilt(encoded, memory, original), original)).toBe(0);
        for (const [index, kind] of blocks.entries()) {
          const expected = kind === 'zero' ? ZERO : known[index] ? KNOWN : expect.any(Number);
          expect(encoded.places[index]).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('stores a frame raw when compression would not shrink it', () => {
    const memory = new Uint8Array(noise(FRAME_CONTENT_BYTES, 7));
    expect(encodeStretch(memory, [])).toMatchObject({
      encoding: 'raw',
      frameLength: FRAME_CONTENT_BYTES,
    });
  });

  test('gives the SHA-256 of each block', () => {
    const original = stretchOf(['noise', 'zero', 'text'], 100);
    const { digests } = encodeStretch(new Uint8Array(original), []);
    expect(Buffer.from(digests.subarray(0, 32)).toString('hex')).toBe(
      hash('sha256', original.subarray(0, BLOCK_BYTES)),
    );
    expect(zeroDigest(BLOCK_BYTES)).toEqual(Buffer.from(digests.subarray(32, 64)));
    expect(Buffer.from(digests.subarray(64)).toString('hex')).toBe(hash('sha256', original.subarray(2 * BLOCK_BYTES)));
  });
});

describe('encoderPool', () => {
  test('does on its threads what is done inline, many at a time', async () => {
    const pool = encoderPool(2);
    const inline = inlineEncoder();
    const jobs = Array.from({ length: 12 }, async (_, index) => {
      const original = stretchOf(['text', 'zero', 'noise'], 1 + index * 1000);
      const shared = new Uint8Array(new SharedArrayBuffer(original.length));
      shared.set(original);
      const own = new Uint8Array(original);
      const [there, here] = await Promise.all([
        pool.run('encodeStretch', shared, []),
        inline.run('encodeStretch', own, []),
      ]);
      expect({ ...there, digests: Buffer.from(there.digests) }).toEqual({
        ...here,
        digests: Buffer.from(here.digests),
      });
      expect(Buffer.compare(shared.subarray(0, there.frameLength), own.subarray(0, here.frameLength))).toBe(0);
    });
    await Promise.all(jobs);
    await inline[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  });

  test('hands on what goes wrong on a thread', async () => {
    const pool = encoderPool(1);
    const notBytes: unknown = 'nothing to encode';
    await expect(pool.run('encodeStretch', notBytes as Uint8Array, [])).rejects.toThrow();
    await pool[Symbol.asyncDispose]();
  });

  test('rejects what is still to do when its threads end', async () => {
    const pool = encoderPool(1);
    const encoded = pool.run('encodeStretch', new Uint8Array(new SharedArrayBuffer(FRAME_CONTENT_BYTES)), []);
    const outcome = expect(encoded).rejects.toThrow('an encoding thread ended');
    await pool[Symbol.asyncDispose]();
    await outcome;
  });
});
