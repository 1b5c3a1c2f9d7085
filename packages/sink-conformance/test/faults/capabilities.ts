import { AdcsBackupError } from '@adcs-backup/core/sink';
import { changed, type FaultyGroup } from '../fault.ts';
import { retaining } from '../retaining-sink.ts';

export const capabilities: FaultyGroup = {
  group: 'capabilities',
  faults: [
    {
      name: 'does not say where it is',
      fails: ['says where it is and which version of the contract it keeps'],
      wrap: ({ sink }) => changed(sink, { location: '' }),
    },
    {
      name: 'supports more than was declared',
      fails: ['supports what was declared'],
      wrap: ({ sink }) => changed(sink, { supports: { retention: false, versions: true } }),
    },
    {
      name: 'refuses retention that it does not support',
      fails: ['takes a put with retainUntil and without support for it'],
      wrap: ({ sink }) =>
        changed(sink, {
          put: async (key, body, options) => {
            if (options?.retainUntil === undefined) return await sink.put(key, body, options);
            throw new AdcsBackupError('sink-denied', `object ${key} can't be kept`);
          },
        }),
    },
  ],
};

const retention = { retention: true, versions: false };

/** Those that support retention. */
export const retentionFaults: FaultyGroup = {
  group: 'capabilities',
  faults: [
    {
      name: 'lets kept objects be deleted',
      fails: ['keeps an object until retainUntil, and no longer'],
      wrap: ({ sink }) => changed(sink, { supports: retention }),
    },
    {
      name: 'lets a delete go through before it is refused',
      fails: ['keeps an object until retainUntil, and no longer'],
      wrap: (broken) =>
        changed(retaining(broken), {
          delete: async (key) => {
            const { retainUntil } = broken.place.get(key) ?? {};
            await broken.sink.delete(key);
            if (retainUntil !== undefined) throw new AdcsBackupError('sink-denied', `object ${key} is kept`);
          },
        }),
    },
    {
      name: 'has trouble with deleting what it kept',
      fails: ['keeps an object until retainUntil, and no longer'],
      wrap: (broken) => {
        const right = retaining(broken);
        return changed(right, {
          delete: async (key) => {
            await right.delete(key);
            throw new AdcsBackupError('sink-failed', `object ${key} makes trouble`);
          },
        });
      },
    },
  ],
};

/** Those that support versions, too. */
export const versionFaults: FaultyGroup = {
  group: 'capabilities',
  faults: [
    {
      name: 'deletes all versions',
      fails: ['keeps an object until retainUntil, and no longer', 'keeps what was deleted as a version'],
      wrap: ({ sink, versions }) =>
        changed(sink, {
          delete: async (key, options) => {
            versions?.delete(key);
            await sink.delete(key, options);
          },
        }),
    },
    {
      name: 'keeps the newest version only',
      fails: ['keeps what was deleted as a version'],
      wrap: ({ sink, versions }) =>
        changed(sink, {
          put: async (key, body, options) => {
            const stored = await sink.put(key, body, options);
            versions?.set(key, [Buffer.from(body)]);
            return stored;
          },
        }),
    },
  ],
};
