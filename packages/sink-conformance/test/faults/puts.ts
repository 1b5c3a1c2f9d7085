import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { changed, type FaultyGroup, force, turns } from '../fault.ts';

type Put = BackupSink['put'];

const existsError = (key: string): AdcsBackupError => new AdcsBackupError('object-exists', `object ${key} is stored`);

export const writeOnce: FaultyGroup = {
  group: 'write-once',
  faults: [
    {
      name: 'replaces',
      fails: [
        'refuses a second put, and keeps the first object',
        'refuses the same bytes as well',
        'refuses to replace an empty object',
        'refuses to replace what another sink on the same place stored',
        'lets one of eight racing puts win',
        'lets one of eight racing sinks win',
      ],
      wrap: ({ sink, place }) =>
        changed(sink, {
          put: (key, body, options) => {
            place.delete(key);
            return sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'is content when the bytes are the same',
      fails: ['refuses the same bytes as well'],
      wrap: ({ sink, place }) =>
        changed(sink, {
          put: async (key, body, options) => {
            const stored = place.get(key);
            const isSame = stored !== undefined && Buffer.compare(stored.bytes, body) === 0;
            return (isSame ? await sink.stat(key) : undefined) ?? (await sink.put(key, body, options));
          },
        }),
    },
    {
      name: 'replaces empty objects',
      fails: ['refuses to replace an empty object'],
      wrap: ({ sink, place }) =>
        changed(sink, {
          put: (key, body, options) => {
            if (place.get(key)?.bytes.length === 0) place.delete(key);
            return sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'remembers what it stored, instead of asking',
      fails: ['refuses to replace what another sink on the same place stored', 'lets one of eight racing sinks win'],
      wrap: ({ sink, place }) => {
        const own = new Set<string>();
        const put: Put = async (key, body, options) => {
          if (!own.has(key)) place.delete(key);
          own.add(key);
          return await sink.put(key, body, options);
        };
        return changed(sink, { put });
      },
    },
    {
      name: 'looks first, and writes later',
      fails: ['lets one of eight racing puts win', 'lets one of eight racing sinks win'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, body) => {
            if (broken.place.has(key)) throw existsError(key);
            await turns(1);
            force(broken, key, Buffer.from(body));
            return { key, sizeBytes: body.byteLength, modifiedAt: new Date() };
          },
        }),
    },
    {
      name: 'fails while another put is under way',
      fails: ['lets one of eight racing puts win', 'lets one of eight racing sinks win'],
      wrap: ({ sink, marks }) =>
        changed(sink, {
          put: async (key, body, options) => {
            if (marks.has(key)) throw new AdcsBackupError('sink-failed', `object ${key} is locked`);
            marks.add(key);
            await turns(1);
            marks.delete(key);
            return await sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'looks first, and writes later, one put after another',
      fails: ['lets one of eight racing sinks win'],
      wrap: (broken) => {
        let last: Promise<unknown> = Promise.resolve();
        const put: Put = async (key, body) => {
          if (broken.place.has(key)) throw existsError(key);
          await turns(1);
          force(broken, key, Buffer.from(body));
          return (await broken.sink.stat(key)) ?? { key, sizeBytes: 0, modifiedAt: new Date() };
        };
        return changed(broken.sink, {
          put: (...all) => {
            const next = last.then(() => put(...all));
            last = next.catch(() => undefined);
            return next;
          },
        });
      },
    },
  ],
};

export const atomicity: FaultyGroup = {
  group: 'atomicity',
  faults: [
    {
      name: 'leaves half an object when it is aborted',
      fails: ['leaves nothing or the whole object when a put is aborted', 'lets the key of an aborted put be used'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, body, options) => {
            if (options?.signal !== undefined) {
              force(broken, key, body.subarray(0, body.length / 2));
              await turns(4);
              options.signal.throwIfAborted();
              broken.place.delete(key);
            }
            return await broken.sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'leaves a lock when it is aborted',
      fails: ['lets the key of an aborted put be used'],
      wrap: ({ sink, marks }) =>
        changed(sink, {
          put: async (key, body, options) => {
            if (marks.has(key)) throw new AdcsBackupError('sink-failed', `object ${key} is locked`);
            marks.add(key);
            await turns(2);
            options?.signal?.throwIfAborted();
            marks.delete(key);
            return await sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'shows what it is still writing',
      fails: ['shows no part of an object while it is being put'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, body, options) => {
            if (!broken.place.has(key)) {
              force(broken, key, body.subarray(0, 1000));
              await turns(3);
              broken.place.delete(key);
            }
            return await broken.sink.put(key, body, options);
          },
        }),
    },
    {
      name: 'leaves what came through before the connection broke',
      fails: ['leaves nothing or the whole object when a put fails'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, body, options) => {
            try {
              return await broken.sink.put(key, body, options);
            } catch (error) {
              if (AdcsBackupError.is(error, 'sink-unreachable')) force(broken, key, body.subarray(0, 1000));
              throw error;
            }
          },
        }),
    },
  ],
};
