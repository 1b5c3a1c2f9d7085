import { strict as assert } from 'node:assert';
import type { ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { byCodeUnit, keysOf } from '../expect.ts';
import type { Room } from '../room.ts';
import { sideBySide } from '../side-by-side.ts';

/** Around the slash, what sorts before it and what after, so that folders can't be listed one by one. */
const names = ['-', '0', 'B', '_', 'a-b', 'a-b.d/x', 'a.b', 'a/b', 'a/b-c', 'a/b.c/d', 'a/c', 'a0', 'aB', 'a_b', 'ab'];

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
      assert.deepEqual(await keysOf(room.sink, room.prefix), keys);
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
        assert.deepEqual(await keysOf(room.sink, room.prefix + prefix), wanted, `prefix …${prefix}`);
      }
      assert.deepEqual(await keysOf(room.sink, room.prefix.slice(0, -1)), keys, 'prefix without its slash');
    },
  },
  {
    name: 'lists an object whose key is the prefix',
    run: async (room) => {
      const [key = '', ...others] = await putAll(room, ['a/b', 'a/bc', 'a/b.c']);
      assert.deepEqual(await keysOf(room.sink, key), [key, ...others]);
    },
  },
  {
    name: 'lists nothing where nothing is',
    run: async ({ sink, prefix }) => {
      assert.deepEqual(await keysOf(sink, prefix), []);
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
      assert.deepEqual(found, keys);
    },
  },
  {
    name: 'lists more than 1,000 objects, each once',
    run: async (room) => {
      const many = Array.from({ length: 1100 }, (_, index) => `p/${index % 3}/pack-${String(index).padStart(5, '0')}`);
      const keys = await putAll(room, many);
      assert.deepEqual(await keysOf(room.sink, `${room.prefix}p/`), keys);
    },
  },
  {
    name: 'says of each object what stat says',
    run: async (room) => {
      await putAll(room, ['a', 'a.b/long-name', 'b/c/d']);
      for await (const object of room.sink.list(room.prefix)) {
        assert.deepEqual(object, await room.sink.stat(object.key));
        assert.equal(object.sizeBytes, object.key.length - room.prefix.length);
      }
    },
  },
  {
    name: 'lists what was there before, whole and in order, while puts go on',
    run: async (room) => {
      const before = await putAll(room, names);
      const during = names.map((name) => `${name}-later`);
      const putting = Promise.allSettled([putAll(room, during)]);
      const listed = await keysOf(room.sink, room.prefix);
      const [result] = await putting;
      if (result.status === 'rejected') throw result.reason;
      assert.deepEqual(listed, [...new Set(listed)].sort(byCodeUnit), 'ascending, each once');
      const missing = before.filter((key) => !listed.includes(key));
      assert.deepEqual(missing, [], 'missing in the list');
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
      assert.deepEqual(both, [keys, keys]);
    },
  },
];
