import { assertSameBytes, bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectsWith } from '../expect.ts';

const body = bytesOf('ranges', 1000);

/** [offset, length] */
type Range = readonly [number, number];

function gives(what: string, ranges: readonly Range[]): Check {
  return {
    name: `gives ${what}`,
    run: async ({ sink, key }) => {
      await sink.put(key('object'), body);
      for (const [offset, length] of ranges) {
        const found = await sink.get(key('object'), { range: { offset, length } });
        assertSameBytes(found, body.subarray(offset, offset + length), `range ${offset}+${length} of 1000`);
      }
    },
  };
}

/** Parts of objects. */
export const ranges: readonly Check[] = [
  gives('the bytes of a range', [
    [0, 1000],
    [0, 1],
    [999, 1],
    [0, 999],
    [1, 999],
    [250, 500],
  ]),
  gives('what is there of a range that reaches past the end', [
    [0, 1001],
    [500, 2000],
    [999, 2],
    [10, 2 ** 40],
  ]),
  gives('nothing of a range beyond the end', [
    [1000, 1],
    [1001, 5],
    [50_000, 50_000],
  ]),
  gives('nothing of a range without length', [
    [0, 0],
    [10, 0],
    [1000, 0],
  ]),
  {
    name: 'gives nothing of an empty object, whatever the range',
    run: async ({ sink, key }) => {
      await sink.put(key('empty'), new Uint8Array(0));
      for (const range of [
        { offset: 0, length: 0 },
        { offset: 0, length: 10 },
        { offset: 5, length: 10 },
      ]) {
        assertSameBytes(await sink.get(key('empty'), { range }), new Uint8Array(0), `range ${range.offset}+`);
      }
    },
  },
  {
    name: 'says object-not-found for any range of a missing object',
    run: async ({ sink, key }) => {
      for (const range of [
        { offset: 0, length: 10 },
        { offset: 7, length: 0 },
      ]) {
        await rejectsWith(sink.get(key('missing'), { range }), 'object-not-found');
      }
    },
  },
];
