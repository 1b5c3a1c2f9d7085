import { assertSameBytes, bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectsWith } from '../expect.ts';
import type { Room } from '../room.ts';

const body = bytesOf('max bytes', 1000);

async function putObject({ sink, key }: Room): Promise<void> {
  await sink.put(key('object'), body);
}

/** A get never reads more than it was told. */
export const maxBytes: readonly Check[] = [
  {
    name: 'refuses an object that is larger than maxBytes',
    run: async (room) => {
      await putObject(room);
      for (const bytes of [999, 1, 0]) {
        await rejectsWith(room.sink.get(room.key('object'), { maxBytes: bytes }), 'object-too-large');
      }
    },
  },
  {
    name: 'gives an object that has exactly maxBytes',
    run: async (room) => {
      await putObject(room);
      assertSameBytes(await room.sink.get(room.key('object'), { maxBytes: 1000 }), body, 'maxBytes 1000');
    },
  },
  {
    name: 'counts the bytes of the range, not those of the object',
    run: async (room) => {
      await putObject(room);
      const options = { maxBytes: 5, range: { offset: 3, length: 5 } };
      assertSameBytes(await room.sink.get(room.key('object'), options), body.subarray(3, 8), 'maxBytes 5, range 3+5');
    },
  },
  {
    name: 'counts what is there of a range that reaches past the end',
    run: async (room) => {
      await putObject(room);
      const options = { maxBytes: 10, range: { offset: 990, length: 500 } };
      assertSameBytes(
        await room.sink.get(room.key('object'), options),
        body.subarray(990),
        'maxBytes 10, range 990+500',
      );
    },
  },
  {
    name: 'refuses a range that is larger than maxBytes',
    run: async (room) => {
      await putObject(room);
      const options = { maxBytes: 99, range: { offset: 10, length: 100 } };
      await rejectsWith(room.sink.get(room.key('object'), options), 'object-too-large');
    },
  },
];
