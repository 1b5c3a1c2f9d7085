import { bytesOf } from '../bytes.ts';
import { type Check, needsDelete } from '../check.ts';
import { assertKeys, keysOf } from '../expect.ts';
import { assertGone, assertThere } from '../look.ts';

const body = bytesOf('deleting', 100);

const byDelete: readonly Check[] = [
  {
    name: 'deletes an object: get, stat and list show nothing of it',
    run: async ({ sink, open, key }) => {
      await sink.put(key('a/b'), body);
      await sink.delete(key('a/b'));
      await assertGone(sink, key('a/b'));
      await assertGone(await open(), key('a/b'));
    },
  },
  {
    name: 'finds it fine that an object is missing',
    run: async ({ sink, key }) => {
      await sink.delete(key('a/b/never'));
      await sink.put(key('a/b/c'), body);
      await sink.delete(key('a/b/never'));
      await sink.delete(key('a/b/c'));
      await sink.delete(key('a/b/c'));
    },
  },
  {
    name: 'leaves all others, also those whose keys begin or end the same',
    run: async ({ sink, key, prefix }) => {
      const others = ['a/b-c', 'a/b.c', 'a/bc', 'a/c', 'a/d/b', 'b'].map(key);
      for (const each of [...others, key('a/b')]) await sink.put(each, body);
      await sink.delete(key('a/b'));
      assertKeys(await keysOf(sink, prefix), others, 'list');
    },
  },
  {
    name: 'deletes nothing below a key that is only the beginning of others',
    run: async ({ sink, key }) => {
      await sink.put(key('a/b/c'), body);
      await sink.delete(key('a/b'));
      await sink.delete(key('a'));
      await assertThere(sink, key('a/b/c'), body);
    },
  },
  {
    name: 'lets the key be used again',
    run: async ({ sink, key }) => {
      await sink.put(key('a/b'), body);
      await sink.delete(key('a/b'));
      const again = bytesOf('again', 50);
      await sink.put(key('a/b'), again);
      await assertThere(sink, key('a/b'), again);
    },
  },
];

/** Taking objects away, as prune does. */
export const deleting: readonly Check[] = [
  ...byDelete.map((check) => ({ ...check, skip: needsDelete })),
  {
    name: 'finds no object where only the beginning of a key was given',
    run: async ({ sink, key }) => {
      await sink.put(key('a/b/c'), body);
      for (const name of ['a', 'a/b', 'a/b/c/d', 'a/b/cc']) await assertGone(sink, key(name));
    },
  },
];
