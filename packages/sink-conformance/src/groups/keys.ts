import { strict as assert } from 'node:assert';
import { isObjectKey, MAX_KEY_LENGTH, MAX_KEY_PART_LENGTH, type ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { assertKeys, byCodeUnit, keysOf, rejectsWith } from '../expect.ts';
import { assertThere } from '../look.ts';
import type { Room } from '../room.ts';

const part = 'x'.repeat(MAX_KEY_PART_LENGTH);
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const looksSpecial = [
  '.hidden',
  '..x',
  '...x',
  'a..b',
  '-',
  '--',
  '-rf',
  '_',
  '.tmp-1',
  'con-1',
  'nul_',
  '0x1',
  '1e3',
  'null',
];
const noKeys = [
  ...['', '/', 'a//b', 'a/', '/a', '.', '..', 'a/../b', './a', 'a.', 'a./b', 'a b', 'ä', 'a\\b', 'a:b', 'a?b', 'a%2fb'],
  ...['con', 'NUL.txt', 'a/com1', 'lpt9.log', `${part}x`, `${part}/`.repeat(5)],
];

/** Fills `pattern` up to the longest key. */
function filled({ prefix }: Room, pattern: string): string {
  const left = MAX_KEY_LENGTH - prefix.length;
  return pattern.repeat(left).slice(0, left).replace(/\/$/, 'x');
}

/** Puts an object under each name, and finds each by its own content. */
async function keepsApart({ sink, key, prefix }: Room, names: readonly string[]): Promise<void> {
  const keys = names.map(key);
  for (const each of keys) await sink.put(each, bytesOf(each, 100));
  for (const each of keys) await assertThere(sink, each, bytesOf(each, 100));
  assertKeys(await keysOf(sink, prefix), keys.toSorted(byCodeUnit), 'list');
}

function takes(what: string, namesOf: (room: Room) => readonly string[]): Check {
  return { name: `takes ${what}`, run: async (room) => await keepsApart(room, namesOf(room)) };
}

/** Every key that the contract allows, and no other. */
export const keys: readonly Check[] = [
  takes('the longest part', () => [part, `d/${part}`, `${part.slice(1)}y/${part}`]),
  takes('the longest key', (room) => [filled(room, `${part.slice(1)}/`), filled(room, `${part.slice(2)}/`)]),
  takes('the deepest key', (room) => [filled(room, 'd/')]),
  takes('every character', () => [`${letters}.0123456789_-`, `${letters.toLowerCase()}-_9876543210.x`]),
  takes('parts that look special', () => looksSpecial.flatMap((name) => [`a/${name}`, `b/${name}/c`])),
  takes('keys that differ only around the slash', () => [
    'a/bc',
    'a-bc',
    'a.bc',
    'a_bc',
    'abc',
    'ab/c',
    'a/b.c',
    'a/b/c',
  ]),
  {
    name: 'refuses what is no key, by every method',
    run: async ({ sink, subject, prefix }) => {
      for (const name of noKeys) {
        const bad = prefix + name;
        assert.ok(!isObjectKey(bad));
        // The type says that it was checked: that is the mistake to be found.
        const key = bad as ObjectKey;
        await rejectsWith(sink.put(key, bytesOf('', 1)), 'invalid-key');
        await rejectsWith(sink.get(key), 'invalid-key');
        await rejectsWith(sink.stat(key), 'invalid-key');
        if (subject.canDelete) await rejectsWith(sink.delete(key), 'invalid-key');
      }
      assertKeys(await keysOf(sink, prefix), [], 'list');
    },
  },
];
