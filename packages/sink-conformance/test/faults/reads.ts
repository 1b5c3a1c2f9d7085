import { AdcsBackupError, type BackupSink, type GetOptions, type ObjectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { changed, type Fault, type FaultyGroup, turns } from '../fault.ts';

export const readAfterWrite: FaultyGroup = {
  group: 'read after write',
  faults: [
    {
      name: 'lists the newest object only when the next one is there',
      fails: [
        'shows an object at once by get, stat and list',
        'shows an object at once that was looked for in vain before',
        'shows an object at once to a sink that was opened before',
        'keeps an object for sinks that are opened later',
        'shows each of many objects that are put side by side',
      ],
      wrap: ({ sink, place }) =>
        changed(sink, {
          async *list(prefix, options) {
            const newest = [...place.keys()].at(-1);
            for await (const object of sink.list(prefix, options)) if (object.key !== newest) yield object;
          },
        }),
    },
    {
      name: 'remembers that an object is missing',
      fails: ['shows an object at once that was looked for in vain before'],
      wrap: ({ sink }) => {
        const missing = new Set<string>();
        const stat: BackupSink['stat'] = async (key, options) => {
          const found = missing.has(key) ? undefined : await sink.stat(key, options);
          if (found === undefined) missing.add(key);
          return found;
        };
        return changed(sink, { stat });
      },
    },
    {
      name: 'knows what was there when it was opened',
      fails: ['shows an object at once to a sink that was opened before'],
      wrap: ({ sink, place }) => {
        const known = new Set<string>(place.keys());
        return changed(sink, {
          put: (key, body, options) => {
            known.add(key);
            return sink.put(key, body, options);
          },
          stat: async (key, options) => (known.has(key) ? await sink.stat(key, options) : undefined),
        });
      },
    },
    {
      name: 'keeps all for itself',
      fails: [
        'shows an object at once to a sink that was opened before',
        'keeps an object for sinks that are opened later',
      ],
      wrap: () => new MemorySink(),
    },
    {
      name: 'mixes up calls side by side',
      fails: ['shows each of many objects that are put side by side'],
      wrap: ({ sink }) => {
        let current: Parameters<BackupSink['put']>;
        const put: BackupSink['put'] = async (...all) => {
          current = all;
          await turns(1);
          return await sink.put(...current);
        };
        return changed(sink, { put });
      },
    },
  ],
};

function get(
  name: string,
  fails: readonly string[],
  change: (broken: { sink: BackupSink; key: ObjectKey; options: GetOptions }) => Promise<Uint8Array>,
): Fault {
  return {
    name,
    fails,
    wrap: ({ sink }) => changed(sink, { get: (key, options = {}) => change({ sink, key, options }) }),
  };
}

const outOfRange = (key: string): AdcsBackupError => new AdcsBackupError('sink-failed', `object ${key}: out of range`);

export const ranges: FaultyGroup = {
  group: 'ranges',
  faults: [
    get(
      'takes the length for the last byte',
      ['gives the bytes of a range', 'gives nothing of a range without length'],
      ({ sink, key, options: { range, ...others } }) =>
        sink.get(key, range === undefined ? others : { ...others, range: { ...range, length: range.length + 1 } }),
    ),
    get(
      'gives what a range has only if all of it is there',
      ['gives what is there of a range that reaches past the end'],
      async ({ sink, key, options }) => {
        const bytes = await sink.get(key, options);
        const { offset = 0, length = bytes.length } = options.range ?? {};
        if (bytes.length === 0 || bytes.length >= length) return bytes;
        throw outOfRange(`${key} at ${offset}`);
      },
    ),
    get(
      'fails where a range begins beyond the end',
      ['gives nothing of a range beyond the end'],
      async ({ sink, key, options }) => {
        const { sizeBytes = 0 } = (await sink.stat(key)) ?? {};
        const { offset = 0, length = 0 } = options.range ?? {};
        if (sizeBytes > 0 && length > 0 && offset >= sizeBytes) throw outOfRange(key);
        return await sink.get(key, options);
      },
    ),
    get(
      'takes no length for the whole',
      ['gives nothing of a range without length'],
      ({ sink, key, options: { range, ...others } }) =>
        sink.get(key, range === undefined || range.length === 0 ? others : { ...others, range }),
    ),
    get(
      'fails for ranges of empty objects',
      ['gives nothing of an empty object, whatever the range'],
      async ({ sink, key, options }) => {
        const found = await sink.stat(key);
        if (found?.sizeBytes === 0 && options.range !== undefined) throw outOfRange(key);
        return await sink.get(key, options);
      },
    ),
    get(
      'does not ask for a range without length',
      ['says object-not-found for any range of a missing object'],
      async ({ sink, key, options }) =>
        options.range?.length === 0 ? new Uint8Array(0) : await sink.get(key, options),
    ),
  ],
};

const tooLarge = (key: string): AdcsBackupError =>
  new AdcsBackupError('object-too-large', `object ${key} is too large`);

export const maxBytes: FaultyGroup = {
  group: 'maxBytes',
  faults: [
    get(
      'does not know maxBytes',
      ['refuses an object that is larger than maxBytes', 'refuses a range that is larger than maxBytes'],
      ({ sink, key, options }) => sink.get(key, { ...options, maxBytes: undefined }),
    ),
    get(
      'takes maxBytes for the first size that is too large',
      ['gives an object that has exactly maxBytes'],
      async ({ sink, key, options }) => {
        const bytes = await sink.get(key, options);
        if (bytes.length === options.maxBytes && options.range === undefined) throw tooLarge(key);
        return bytes;
      },
    ),
    get(
      'looks at the size of the object alone',
      [
        'counts the bytes of the range, not those of the object',
        'counts what is there of a range that reaches past the end',
      ],
      async ({ sink, key, options }) => {
        const { sizeBytes = 0 } = (await sink.stat(key)) ?? {};
        if (sizeBytes > (options.maxBytes ?? sizeBytes)) throw tooLarge(key);
        return await sink.get(key, options);
      },
    ),
    get(
      'looks at the length of the range, not at what is there',
      ['counts what is there of a range that reaches past the end'],
      async ({ sink, key, options }) => {
        if ((options.range?.length ?? 0) > (options.maxBytes ?? Number.POSITIVE_INFINITY)) throw tooLarge(key);
        return await sink.get(key, options);
      },
    ),
    get(
      'forgets maxBytes when there is a range',
      ['refuses a range that is larger than maxBytes'],
      ({ sink, key, options }) =>
        sink.get(key, options.range === undefined ? options : { ...options, maxBytes: undefined }),
    ),
  ],
};
