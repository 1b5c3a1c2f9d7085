import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageHeader, ageOverhead, decryptPayload, encryptInPlace } from '../../src/store/age-payload.ts';
import { noise } from '../arrange.ts';

const PIECE = 64 * 1024;
const header = Buffer.from('age-encryption.org/v1\n-> none\n\n--- mac\n');
const fileKey = randomBytes(16);
const key = { fileKey, header };

function encrypted(content: Uint8Array): Uint8Array {
  const start = ageOverhead(header.length, content.length) + 5;
  const buffer = new Uint8Array(start + content.length);
  buffer.set(content, start);
  const begin = encryptInPlace(buffer, { start, length: content.length }, key);
  expect(begin).toBe(5);
  return buffer.subarray(begin);
}

/** The borders between pieces, and what is between them. */
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 3 * PIECE }),
  fc.constantFrom(0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE),
);

describe('the payload of an age file', () => {
  test('gives back what was encrypted in place, of any length', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        const content = noise(length, length);
        const file = encrypted(content);
        expect(file).toHaveLength(length + ageOverhead(header.length, length));
        expect(Buffer.compare(ageHeader(file, 'pack'), header)).toBe(0);
        expect(Buffer.compare(decryptPayload(file, key, 'pack'), content)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('gives nothing when a single bit of it was flipped', () => {
    const file = encrypted(noise(PIECE + 100, 1));
    fc.assert(
      fc.property(
        fc.integer({ min: header.length, max: file.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          const altered = new Uint8Array(file);
          altered[at] = (altered[at] ?? 0) ^ (1 << bit);
          expect(() => decryptPayload(altered, key, 'pack-00001')).toThrow(/^pack-00001 can't be decrypted: what is/);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('gives nothing when it was cut off, wherever, or pieces changed places', () => {
    const file = encrypted(noise(3 * PIECE, 2));
    const wholePieces = header.length + 16 + 2 * (PIECE + 16);
    for (const length of [wholePieces, file.length - 1, header.length + 16, header.length + 3]) {
      expect(() => decryptPayload(file.subarray(0, length), key, 'pack')).toThrow("can't be decrypted");
    }
    const swapped = new Uint8Array(file);
    const first = header.length + 16;
    swapped.set(file.subarray(first, first + PIECE + 16), first + PIECE + 16);
    swapped.set(file.subarray(first + PIECE + 16, first + 2 * (PIECE + 16)), first);
    expect(() => decryptPayload(swapped, key, 'pack')).toThrow('from 0 on was altered');
  });

  test('is never the same twice', () => {
    const content = Buffer.from('content');
    expect(Buffer.compare(encrypted(content), encrypted(content))).not.toBe(0);
  });
});

describe('ageHeader', () => {
  test.each(['', 'no age file', 'age-encryption.org/v1\n', 'age-encryption.org/v1\n-> a\n--- no end'])(
    'refuses %j',
    (text) => {
      expect(() => ageHeader(Buffer.from(text), 'pack')).toThrow("pack can't be decrypted: it is not an age file");
    },
  );
});
