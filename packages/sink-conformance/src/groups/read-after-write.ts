import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { assertThere } from '../look.ts';
import { sideBySide } from '../side-by-side.ts';

/** A put that resolved is visible at once, to everybody. */
export const readAfterWrite: readonly Check[] = [
  {
    name: 'shows an object at once by get, stat and list',
    run: async ({ sink, key }) => {
      for (let index = 0; index < 5; index += 1) {
        const body = bytesOf(`at once ${index}`, 1000);
        await sink.put(key(`at-once/${index}`), body);
        await assertThere(sink, key(`at-once/${index}`), body);
      }
    },
  },
  {
    name: 'shows an object at once that was looked for in vain before',
    run: async ({ sink, key }) => {
      await sink.stat(key('a/b'));
      await Promise.allSettled([sink.get(key('a/b'))]);
      for await (const _object of sink.list(key('a/b')));
      const body = bytesOf('in vain', 1000);
      await sink.put(key('a/b'), body);
      await assertThere(sink, key('a/b'), body);
    },
  },
  {
    name: 'shows an object at once to a sink that was opened before',
    run: async ({ sink, open, key }) => {
      const other = await open();
      const body = bytesOf('other', 1000);
      await sink.put(key('a/b'), body);
      await assertThere(other, key('a/b'), body);
    },
  },
  {
    name: 'keeps an object for sinks that are opened later',
    run: async ({ sink, open, key }) => {
      const body = bytesOf('later', 1000);
      await sink.put(key('a/b'), body);
      await assertThere(await open(), key('a/b'), body);
    },
  },
  {
    name: 'shows each of many objects that are put side by side',
    run: async ({ sink, key }) => {
      const names = Array.from({ length: 40 }, (_, index) => `many/${index % 4}/${index}`);
      await sideBySide(names, async (name) => {
        const body = bytesOf(name, 20_000);
        await sink.put(key(name), body);
        await assertThere(sink, key(name), body);
      });
    },
  },
];
