import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatabaseChecker, LogChecker } from '../../src/index.ts';
import { checkDatabase, checkLog, flipBit, madeLog, madeStreamingCopy } from './made-files.ts';

/** Cuts a file into buffers of these lengths, over and over; each copied to an offset of its own. */
function* cut(file: Buffer, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < file.length; turn += 1) {
    const piece = file.subarray(at, at + (lengths[turn % lengths.length] ?? file.length));
    const buffer = new Uint8Array(piece.length + (turn % 5));
    buffer.set(piece, turn % 5);
    yield buffer.subarray(turn % 5);
    buffer.fill(0xee);
    at += piece.length;
  }
}

const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(1, 4095, 4096, 4097, 65536)), {
  minLength: 1,
  maxLength: 20,
});

describe('a file in buffers of any length', () => {
  it.each([4096, 8192, 32768])('gives the same result: a database with pages of %i bytes', (pageSize) => {
    const file = Buffer.concat([madeStreamingCopy({ pageSize, filePages: 20 }), Buffer.from('rest')]);
    flipBit(file, 0, 12345);
    flipBit(file, 4 * pageSize, 5000);
    file.fill(3, 6 * pageSize, 7 * pageSize);
    const whole = checkDatabase(file);
    expect(whole.findings.length).toBe(4);
    const property = fc.property(lengths, (chosen) => {
      const checker = new DatabaseChecker({ expected: 'database' });
      for (const buffer of cut(file, chosen)) checker.feed(buffer);
      expect(checker.end()).toEqual(whole);
    });
    // Byte by byte takes long: only here.
    fc.assert(property, { numRuns: 60, examples: [[[1]], [[file.length]]] });
  });

  it('gives the same result: a log', () => {
    const file = Buffer.concat([madeLog(), Buffer.from('rest')]);
    flipBit(file, 4096, 5000);
    file.fill(0, 5 * 4096, 6 * 4096);
    const whole = checkLog(file);
    expect(whole.findings.length).toBe(3);
    const property = fc.property(lengths, (chosen) => {
      const checker = new LogChecker();
      for (const buffer of cut(file, chosen)) checker.feed(buffer);
      expect(checker.end()).toEqual(whole);
    });
    fc.assert(property, { numRuns: 60, examples: [[[1]], [[file.length]]] });
  });

  it('may lie in memory that threads share', () => {
    const file = madeStreamingCopy();
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(checkDatabase(shared)).toEqual(checkDatabase(file));
    flipBit(shared, 0, 3 * 32768 + 777);
    expect(checkDatabase(shared).findings).toMatchObject([{ number: 2, flippedBit: 777 }]);
  });
});
