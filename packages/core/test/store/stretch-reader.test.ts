import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_CONTENT_BYTES } from '../../src/store/blocks.ts';
import { BufferRing } from '../../src/store/buffer-ring.ts';
import { READ_BYTES, StretchReader, sourceOf } from '../../src/store/stretch-reader.ts';
import { noise } from '../arrange.ts';

const content = noise(3 * FRAME_CONTENT_BYTES, 11);

/** Hands out `bytes` in reads of the given lengths, over and over. */
function sourceWithReads(bytes: Uint8Array, lengths: readonly number[]) {
  let position = 0;
  let reads = 0;
  return {
    read: async (into: Uint8Array): Promise<number> => {
      expect(into.length).toBe(READ_BYTES);
      const length = Math.min(lengths[reads % lengths.length] ?? 1, into.length, bytes.length - position);
      reads += 1;
      into.set(bytes.subarray(position, position + length));
      position += length;
      return length;
    },
  };
}

async function collect(reader: StretchReader): Promise<Uint8Array[]> {
  const stretches: Uint8Array[] = [];
  for (;;) {
    const stretch = new Uint8Array(FRAME_CONTENT_BYTES);
    const length = await reader.next(stretch);
    if (length === 0) return stretches;
    stretches.push(stretch.subarray(0, length));
  }
}

test('gives whole stretches in order, whatever lengths the reads have', async () => {
  const lengths = fc.array(fc.integer({ min: 10_000, max: READ_BYTES }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.nat(content.length), lengths, async (size, reads) => {
      const bytes = content.subarray(0, size);
      const stretches = await collect(new StretchReader(sourceWithReads(bytes, reads)));
      expect(Buffer.concat(stretches).equals(bytes)).toBe(true);
      for (const stretch of stretches.slice(0, -1)) expect(stretch.length).toBe(FRAME_CONTENT_BYTES);
    }),
    { numRuns: 60 },
  );
});

test('waits for both queued reads before it reports that one failed', async () => {
  let pending = 0;
  const read = async (): Promise<number> => {
    pending += 1;
    const isFirst = pending === 1;
    await new Promise((resolve) => setTimeout(resolve, isFirst ? 1 : 20));
    pending -= 1;
    throw new Error(isFirst ? 'first' : 'second');
  };
  await expect(new StretchReader({ read }).next(new Uint8Array(FRAME_CONTENT_BYTES))).rejects.toThrow('first');
  expect(pending).toBe(0);
});

test('makes a source of chunks of any length, whose reads may be queued', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      const source = sourceOf(
        (async function* () {
          yield* parts;
        })(),
      );
      const into = Array.from({ length: 500 }, () => new Uint8Array(7));
      const lengths = await Promise.all(into.map((buffer) => source.read(buffer)));
      const got = Buffer.concat(into.map((buffer, index) => buffer.subarray(0, lengths[index])));
      expect(got.equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});

test('a ring hands a buffer on to who waits longest, and wakes all with the first failure', async () => {
  const ring = new BufferRing(1, 8);
  const first = await ring.acquire();
  const order: string[] = [];
  const waiting = ['a', 'b'].map((name) => ring.acquire().then(() => order.push(name)));
  ring.release(first);
  await waiting[0];
  expect(order).toEqual(['a']);
  const outcome = expect(waiting[1]).rejects.toThrow('full');
  ring.fail(new Error('full'));
  ring.fail(new Error('later'));
  await outcome;
  await expect(ring.acquire()).rejects.toThrow('full');
});
