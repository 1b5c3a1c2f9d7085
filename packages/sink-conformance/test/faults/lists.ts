import {
  AdcsBackupError,
  type BackupSink,
  isObjectKey,
  type ObjectKey,
  type StoredObject,
} from '@adcs-backup/core/sink';
import { byCodeUnit } from '../../src/expect.ts';
import { changed, type Fault, type FaultyGroup } from '../fault.ts';

function list(
  name: string,
  fails: readonly string[],
  change: (all: readonly StoredObject[], prefix: string) => Iterable<StoredObject>,
): Fault {
  return {
    name,
    fails,
    wrap: ({ sink }) =>
      changed(sink, {
        async *list(prefix, options) {
          const all: StoredObject[] = [];
          for await (const object of sink.list(prefix, options)) all.push(object);
          yield* change(all, prefix);
        },
      }),
  };
}

const folderOf = (prefix: string): string => (prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);

export const listing: FaultyGroup = {
  group: 'listing',
  faults: [
    list(
      'sorts as people do',
      [
        'lists ascending by code unit of the whole key',
        'takes the prefix as text, not as a folder',
        'lists what was there before, whole and in order, while puts go on',
        'can be left half-way, and listed by two at once',
      ],
      (all) => all.toSorted((one, other) => one.key.localeCompare(other.key)),
    ),
    list(
      'takes the prefix for a folder',
      ['takes the prefix as text, not as a folder', 'lists an object whose key is the prefix'],
      (all, prefix) => all.filter(({ key }) => key.startsWith(folderOf(prefix))),
    ),
    list(
      'lists only what is longer than the prefix',
      ['takes the prefix as text, not as a folder', 'lists an object whose key is the prefix'],
      (all, prefix) => all.filter(({ key }) => key !== prefix),
    ),
    list(
      'fails where nothing is',
      ['takes the prefix as text, not as a folder', 'lists nothing where nothing is'],
      (all, prefix) => {
        if (all.length > 0) return all;
        throw new AdcsBackupError('object-not-found', `nothing at ${prefix}`);
      },
    ),
    list('takes an empty prefix for none', ['lists everything by an empty prefix'], (all, prefix) =>
      prefix === '' ? [] : all,
    ),
    list('stops after a page', ['lists more than 1,000 objects, each once'], (all) => all.slice(0, 1000)),
    list('says no size', ['says of each object what stat says'], (all) =>
      all.map((object) => ({ ...object, sizeBytes: 0 })),
    ),
    {
      name: 'counts how many it has given',
      fails: ['lists what was there before, whole and in order, while puts go on'],
      wrap: ({ sink, place }) =>
        changed(sink, {
          async *list(prefix, options) {
            options?.signal?.throwIfAborted();
            for (let given = 0; ; given += 1) {
              const keys = [...place.keys()].filter((key) => key.startsWith(prefix));
              const key = keys.toSorted(byCodeUnit)[given];
              if (key === undefined || !isObjectKey(key)) return;
              const found = await sink.stat(key, options);
              if (found !== undefined) yield found;
            }
          },
        }),
    },
    {
      name: 'can list once at a time only, to the end',
      fails: ['can be left half-way, and listed by two at once'],
      wrap: ({ sink }) => {
        let isListing = false;
        return changed(sink, {
          async *list(prefix, options) {
            if (isListing) throw new AdcsBackupError('sink-failed', 'a listing is under way');
            isListing = true;
            yield* sink.list(prefix, options);
            isListing = false;
          },
        });
      },
    },
  ],
};

function refuses(name: string, fails: readonly string[], isRefused: (key: ObjectKey) => boolean): Fault {
  return {
    name,
    fails,
    wrap: ({ sink }) =>
      changed(sink, {
        put: async (key, body, options) => {
          if (!isRefused(key)) return await sink.put(key, body, options);
          throw new AdcsBackupError('invalid-key', `no key: ${key}`);
        },
      }),
  };
}

/** Stores each object under another name, and says the name that was given. */
function renames(name: string, fails: readonly string[], renamed: (key: ObjectKey) => string): Fault {
  // The names are keys as well.
  const to = (key: ObjectKey): ObjectKey => renamed(key) as ObjectKey;
  return {
    name,
    fails,
    wrap: ({ sink }) =>
      changed(sink, {
        put: async (key, body, options) => ({ ...(await sink.put(to(key), body, options)), key }),
        get: (key, options) => sink.get(to(key), options),
        stat: async (key, options) => {
          const found = await sink.stat(to(key), options);
          return found === undefined ? undefined : { ...found, key };
        },
        delete: (key, options) => sink.delete(to(key), options),
      }),
  };
}

const partsOf = (key: string): readonly string[] => key.split('/');

export const keys: FaultyGroup = {
  group: 'keys',
  faults: [
    refuses('has no room for the longest part', ['takes the longest part'], (key) =>
      partsOf(key).some((part) => part.length > 99),
    ),
    refuses(
      'has no room for the longest key',
      ['takes the longest key', 'takes the deepest key'],
      (key) => key.length > 399,
    ),
    refuses('has no room for the deepest key', ['takes the deepest key'], (key) => partsOf(key).length > 100),
    renames('does not tell large letters from small ones', ['takes every character'], (key) => key.toLowerCase()),
    refuses('takes names with a dot in front for its own', ['takes parts that look special'], (key) =>
      partsOf(key).some((part) => part.startsWith('.')),
    ),
    renames(
      'knows no folders',
      [
        'takes the longest part',
        'takes the longest key',
        'takes the deepest key',
        'takes parts that look special',
        'takes keys that differ only around the slash',
        'refuses what is no key, by every method',
      ],
      (key) => key.replace(/(?<=\/.*\/.*)\//g, '.'),
    ),
    {
      name: 'does not look at keys',
      fails: ['refuses what is no key, by every method'],
      wrap: ({ sink }) =>
        changed(sink, { stat: async (key, options) => await sink.stat(key, options).catch(() => undefined) }),
    },
  ],
};

function deletes(
  name: string,
  fails: readonly string[],
  change: (given: { sink: BackupSink; key: ObjectKey }) => Promise<void>,
): Fault {
  return {
    name,
    fails,
    wrap: ({ sink }) => changed(sink, { delete: (key) => change({ sink, key }) }),
  };
}

async function deleteAll(sink: BackupSink, prefix: string): Promise<void> {
  for await (const object of sink.list(prefix)) await sink.delete(object.key);
}

export const deleting: FaultyGroup = {
  group: 'deleting',
  faults: [
    deletes(
      'deletes nothing',
      [
        'deletes an object: get, stat and list show nothing of it',
        'leaves all others, also those whose keys begin or end the same',
        'lets the key be used again',
      ],
      () => Promise.resolve(),
    ),
    deletes(
      'fails for a missing object',
      [
        'deletes an object: get, stat and list show nothing of it',
        'finds it fine that an object is missing',
        'leaves all others, also those whose keys begin or end the same',
        'deletes nothing below a key that is only the beginning of others',
        'finds no object where only the beginning of a key was given',
      ],
      async ({ sink, key }) => {
        if ((await sink.stat(key)) === undefined) throw new AdcsBackupError('object-not-found', `no object ${key}`);
        await sink.delete(key);
      },
    ),
    deletes(
      'deletes by prefix',
      [
        'leaves all others, also those whose keys begin or end the same',
        'deletes nothing below a key that is only the beginning of others',
      ],
      ({ sink, key }) => deleteAll(sink, key),
    ),
    deletes(
      'deletes whole folders',
      ['deletes nothing below a key that is only the beginning of others'],
      async ({ sink, key }) => {
        await deleteAll(sink, `${key}/`);
        await sink.delete(key);
      },
    ),
    {
      name: 'never lets a deleted key be used again',
      fails: ['lets the key be used again'],
      wrap: ({ sink, marks }) =>
        changed(sink, {
          delete: async (key) => {
            marks.add(key);
            await sink.delete(key);
          },
          put: async (key, body) => {
            if (marks.has(key)) throw new AdcsBackupError('object-exists', `object ${key} was there`);
            return await sink.put(key, body);
          },
        }),
    },
    {
      name: 'takes a folder for an object',
      fails: ['finds no object where only the beginning of a key was given'],
      wrap: ({ sink }) =>
        changed(sink, {
          stat: async (key, options) => {
            for await (const { modifiedAt } of sink.list(`${key}/`)) return { key, sizeBytes: 0, modifiedAt };
            return await sink.stat(key, options);
          },
        }),
    },
  ],
};
