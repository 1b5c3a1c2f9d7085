import { strict as assert } from 'node:assert';
import type { ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { assertKeys, byCodeUnit, keysOf } from '../expect.ts';
import { assertSameStored } from '../look.ts';
import type { Room } from '../room.ts';
import { sideBySide } from '../side-by-side.ts';

/** HTTP headers have no fractions. */
const secondMs = 1000;

/**
 * Around the slash, what sorts before it and what after, so that folders can't be listed one by one. No two differ only in
 * case, as keys never do: Windows would take them for one.
 */
const names = ['-', '0', 'B', '_', 'a-b', 'a-b.d/x', 'a.b', 'a/b', 'a/b-c', 'a/b.c/d', 'a/c', 'a0', 'aC', 'a_b', 'ab'];

async function putAll({ sink, key }: Room, all: readonly string[]): Promise<ObjectKey[]> {
  await sideBySide(all, (name) => sink.put(key(name), bytesOf(name, name.length)));
  return all.map(key).sort(byCodeUnit);
}

/** What is there, found by listing. */
export const listing: readonly Check[] = [
  {
    name: 'lists ascending by code unit of the whole key',
    run: async (room) => {
      const keys = await putAll(room, names);
      assertKeys(await keysOf(room.sink, room.prefix), keys, 'list');
    },
  },
  {
    name: 'takes the prefix as text, not as a folder',
    run: async (room) => {
      const keys = await putAll(room, names);
      const prefixes = [
        '',
        'a',
        'a/',
        'a/b',
        'a/b.',
        'a/b.c/',
        'a.',
        'a-b',
        'A',
        'x',
        'a/b/',
        'ab/',
        '.',
        '..',
        '../',
        '/',
      ];
      for (const prefix of prefixes) {
        const wanted = keys.filter((each) => each.startsWith(room.prefix + prefix));
        assertKeys(await keysOf(room.sink, room.prefix + prefix), wanted, `list …/${prefix}`);
      }
      assertKeys(await keysOf(room.sink, room.prefix.slice(0, -1)), keys, 'list by a prefix without its slash');
    },
  },
  {
    name: 'lists an object whose key is the prefix',
    run: async (room) => {
      const keys = await putAll(room, ['a/b', 'a/bc', 'a/b.c']);
      assertKeys(await keysOf(room.sink, room.key('a/b')), keys, 'list by the key a/b');
    },
  },
  {
    name: 'lists nothing where nothing is',
    run: async ({ sink, prefix }) => {
      assertKeys(await keysOf(sink, prefix), [], `list ${prefix}`);
    },
  },
  {
    name: 'lists everything by an empty prefix',
    run: async (room) => {
      const keys = await putAll(room, ['a', 'b/c']);
      const found: string[] = [];
      let last = '';
      for await (const { key } of room.sink.list('')) {
        assert.ok(last < key, `${key} after ${last}`);
        last = key;
        if (key.startsWith(room.prefix)) found.push(key);
        // What lies behind may be a whole history of sets.
        if (key === keys.at(-1)) break;
      }
      assertKeys(found, keys, 'list by an empty prefix');
    },
  },
  {
    name: 'lists more than 1,000 objects, each once',
    run: async (room) => {
      const many = Array.from({ length: 1100 }, (_, index) => `p/${index % 3}/pack-${String(index).padStart(5, '0')}`);
      const keys = await putAll(room, many);
      assertKeys(await keysOf(room.sink, `${room.prefix}p/`), keys, 'list');
    },
  },
  {
    name: 'says of each object what stat says',
    run: async (room) => {
      await putAll(room, ['a', 'a.b/long-name', 'b/c/d']);
      for await (const object of room.sink.list(room.prefix)) {
        const found = await room.sink.stat(object.key);
        assertSameStored(found, object, { what: 'stat, beside list', apartMs: secondMs });
        assert.equal(object.sizeBytes, object.key.length - room.prefix.length);
      }
    },
  },
  {
    name: 'lists what was there before, whole and in order, while puts go on',
    run: async (room) => {
      const before = await putAll(room, names.slice(1));
      // One that sorts before all, so that counting objects goes wrong.
      const during = [...names.slice(0, 1), ...names.map((name) => `${name}-later`)];
      const listed: string[] = [];
      for await (const object of room.sink.list(room.prefix)) {
        listed.push(object.key);
        if (listed.length === 1) await putAll(room, during);
      }
      // Of the others, any.
      const wanted = [...before, ...during.map(room.key).filter((key) => listed.includes(key))];
      assertKeys(listed, wanted, 'list while puts go on');
    },
  },
  {
    name: 'can be left half-way, and listed by two at once',
    run: async (room) => {
      const keys = await putAll(room, names);
      for await (const object of room.sink.list(room.prefix)) {
        assert.equal(object.key, keys[0]);
        break;
      }
      const both = await Promise.all([keysOf(room.sink, room.prefix), keysOf(room.sink, room.prefix)]);
      for (const found of both) assertKeys(found, keys, 'list, twice at once');
    },
  },
];
