import { AdcsBackupError, MAX_OBJECT_BYTES } from '@adcs-backup/core/sink';
import { changed, type FaultyGroup, force } from '../fault.ts';

export const roundTrip: FaultyGroup = {
  group: 'round trip',
  faults: [
    {
      name: 'takes bytes for text',
      fails: [
        'gives back the same bytes, whatever they are',
        'says what it stored: key, size, time',
        'stores the part of a buffer that the body is, not the buffer',
        'gives each caller bytes of its own',
      ],
      wrap: ({ sink }) =>
        changed(sink, {
          put: (key, body, options) => sink.put(key, Buffer.from(Buffer.from(body).toString()), options),
        }),
    },
    {
      name: 'says a time that is not the one of storing',
      fails: ['says what it stored: key, size, time', 'says the same by stat as by put'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, body, options) => ({ ...(await sink.put(key, body, options)), modifiedAt: new Date(0) }),
        }),
    },
    {
      name: 'says the time of its own clock by put, and of the server by stat',
      fails: ['says the same by stat as by put'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, body, options) => {
            const stored = await sink.put(key, body, options);
            return { ...stored, modifiedAt: new Date(stored.modifiedAt.getTime() + 3_600_000) };
          },
        }),
    },
    {
      name: 'stores the buffer behind the body',
      fails: ['stores the part of a buffer that the body is, not the buffer'],
      wrap: ({ sink }) =>
        changed(sink, { put: (key, body, options) => sink.put(key, new Uint8Array(body.buffer), options) }),
    },
    {
      name: 'gives out the bytes that it keeps',
      fails: ['gives each caller bytes of its own'],
      wrap: ({ sink, place }) =>
        changed(sink, { get: async (key, options) => place.get(key)?.bytes ?? (await sink.get(key, options)) }),
    },
  ],
};

export const sizes: FaultyGroup = {
  group: 'sizes',
  faults: [
    {
      name: 'takes an empty object for a missing one',
      fails: ['stores an empty object'],
      wrap: ({ sink }) =>
        changed(sink, {
          stat: async (key, options) => {
            const found = await sink.stat(key, options);
            return found?.sizeBytes === 0 ? undefined : found;
          },
        }),
    },
    {
      name: 'stores whole words of two bytes',
      fails: ['stores one byte'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: (key, body, options) => sink.put(key, Buffer.concat([body], body.length + (body.length % 2)), options),
        }),
    },
    {
      name: 'refuses the largest object',
      fails: ['stores 32 MiB'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, body, options) => {
            if (body.byteLength < MAX_OBJECT_BYTES) return await sink.put(key, body, options);
            throw new AdcsBackupError('object-too-large', `object ${key} is too large`);
          },
        }),
    },
    {
      name: 'stores the beginning of what is too large',
      fails: ['refuses more than 32 MiB, and stores nothing of it'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, body, options) => {
            if (body.byteLength > MAX_OBJECT_BYTES) force(broken, key, body.subarray(0, MAX_OBJECT_BYTES));
            return await broken.sink.put(key, body, options);
          },
        }),
    },
  ],
};

export const body: FaultyGroup = {
  group: 'body',
  faults: [
    {
      name: 'works in the body, as if it were its own',
      fails: ['changes nothing in the body, nor around it'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, bytes, options) => {
            const stored = await sink.put(key, bytes, options);
            bytes.reverse();
            return stored;
          },
        }),
    },
    {
      name: 'gives the body away to a thread',
      fails: [
        'leaves the body with the caller: not detached, not frozen',
        'keeps what it stored when the caller uses the buffer again',
      ],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, bytes, options) => {
            const stored = await sink.put(key, bytes, options);
            const { buffer } = bytes;
            const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
            if (isAlone) structuredClone(buffer, { transfer: [buffer] });
            return stored;
          },
        }),
    },
    {
      name: 'keeps the body, not a copy',
      fails: ['keeps what it stored when the caller uses the buffer again'],
      wrap: (broken) =>
        changed(broken.sink, {
          put: async (key, bytes, options) => {
            const stored = await broken.sink.put(key, bytes, options);
            force(broken, key, bytes);
            return stored;
          },
        }),
    },
  ],
};
