import { strict as assert } from 'node:assert';
import { assertSameBytes, bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { assertSameStored } from '../look.ts';

/** Clocks may be wrong. */
const dayMs = 86_400_000;
/** A reply to a put may have no more than the time of the reply. */
const minuteMs = 60_000;

/** What is put comes back. */
export const roundTrip: readonly Check[] = [
  {
    name: 'gives back the same bytes, whatever they are',
    run: async ({ sink, key }) => {
      const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const body = Buffer.concat([everyByte, Buffer.from('\r\n\n\r\ufeff\0'), bytesOf('round trip', 100_000)]);
      await sink.put(key('a/b'), body);
      assertSameBytes(await sink.get(key('a/b')), body, 'get');
    },
  },
  {
    name: 'says what it stored: key, size, time',
    run: async ({ sink, key }) => {
      const stored = await sink.put(key('a/b'), bytesOf('what', 1000));
      assert.equal(stored.key, key('a/b'));
      assert.equal(stored.sizeBytes, 1000);
      assert.ok(stored.modifiedAt instanceof Date, 'modifiedAt is a Date');
      const awayMs = Math.abs(stored.modifiedAt.getTime() - Date.now());
      assert.ok(awayMs < dayMs, `modifiedAt ${String(stored.modifiedAt)} is more than a day away from this clock`);
    },
  },
  {
    name: 'says the same by stat as by put',
    run: async ({ sink, key }) => {
      const stored = await sink.put(key('a/b'), bytesOf('same', 1000));
      assertSameStored(await sink.stat(key('a/b')), stored, { what: 'stat after put', apartMs: minuteMs });
    },
  },
  {
    name: 'stores the part of a buffer that the body is, not the buffer',
    run: async ({ sink, key }) => {
      const whole = bytesOf('part', 3000);
      const body = new Uint8Array(whole.buffer, whole.byteOffset + 1000, 500);
      await sink.put(key('part'), body);
      assertSameBytes(await sink.get(key('part')), whole.subarray(1000, 1500), 'get');
    },
  },
  {
    name: 'gives each caller bytes of its own',
    run: async ({ sink, key }) => {
      const body = bytesOf('own', 1000);
      await sink.put(key('a'), body);
      const first = await sink.get(key('a'));
      first.fill(0);
      assertSameBytes(await sink.get(key('a')), body, 'the second get');
    },
  },
];
