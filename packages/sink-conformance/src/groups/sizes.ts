import { MAX_OBJECT_BYTES } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectsWith } from '../expect.ts';
import { assertGone, assertThere } from '../look.ts';

function stores(what: string, sizeBytes: number): Check {
  return {
    name: `stores ${what}`,
    run: async ({ sink, key }) => {
      const body = bytesOf(what, sizeBytes);
      await sink.put(key('object'), body);
      await assertThere(sink, key('object'), body);
    },
  };
}

/** From nothing to the largest object. */
export const sizes: readonly Check[] = [
  stores('an empty object', 0),
  stores('one byte', 1),
  stores('32 MiB', MAX_OBJECT_BYTES),
  {
    name: 'refuses more than 32 MiB, and stores nothing of it',
    run: async ({ sink, key }) => {
      await rejectsWith(sink.put(key('object'), new Uint8Array(MAX_OBJECT_BYTES + 1)), 'object-too-large');
      await assertGone(sink, key('object'));
    },
  },
];
