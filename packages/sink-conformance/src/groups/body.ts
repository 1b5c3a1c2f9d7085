import { strict as assert } from 'node:assert';
import { setImmediate } from 'node:timers/promises';
import { assertSameBytes, bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';

/** The body is the caller's: before, while and after it is put. */
export const body: readonly Check[] = [
  {
    name: 'changes nothing in the body, nor around it',
    run: async ({ sink, key }) => {
      const whole = bytesOf('around', 100_000);
      const copy = Buffer.from(whole);
      const putting = sink.put(key('object'), whole.subarray(1000, 99_000));
      for (let turn = 0; turn < 5; turn += 1) {
        assertSameBytes(whole, copy, 'the body during the put');
        await setImmediate();
      }
      await putting;
      await setImmediate();
      assertSameBytes(whole, copy, 'the body after the put');
    },
  },
  {
    name: 'leaves the body with the caller: not detached, not frozen',
    run: async ({ sink, key }) => {
      const bytes = new Uint8Array(bytesOf('kept', 5000));
      await sink.put(key('object'), bytes);
      assert.equal(bytes.byteLength, 5000, 'the buffer was taken away');
      bytes[0] = 1;
    },
  },
  {
    name: 'keeps what it stored when the caller uses the buffer again',
    run: async ({ sink, open, key }) => {
      const buffer = bytesOf('one', 50_000);
      await sink.put(key('one'), buffer);
      bytesOf('two', 50_000).copy(buffer);
      await sink.put(key('two'), buffer);
      buffer.fill(0);
      for (const reader of [sink, await open()]) {
        assertSameBytes(await reader.get(key('one')), bytesOf('one', 50_000), 'the first object');
        assertSameBytes(await reader.get(key('two')), bytesOf('two', 50_000), 'the second object');
      }
    },
  },
];
