import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { type Broken, changed, type FaultyGroup } from '../fault.ts';
import { retaining } from '../retaining-sink.ts';

const refusesAll = ({ sink }: Broken): BackupSink =>
  changed(sink, {
    put: async (key, body, options) => {
      if (options?.retainUntil === undefined) return await sink.put(key, body, options);
      throw new AdcsBackupError('sink-denied', `object ${key} can't be kept`, { retryable: true });
    },
  });

/** Those that don't support it. */
export const noRetentionFaults: FaultyGroup = {
  group: 'retention',
  faults: [
    {
      name: 'refuses retention that it does not support',
      fails: ['takes a put with retainUntil and without support for it'],
      wrap: refusesAll,
    },
  ],
};

/** Those on a place that isn't set up for it. */
export const unlockedFaults: FaultyGroup = {
  group: 'retention',
  faults: [
    {
      name: 'stores what it can not retain',
      fails: ['refuses a put that it can not retain'],
      wrap: ({ sink }) => changed(sink, { put: (key, body) => sink.put(key, body) }),
    },
    {
      name: 'lets a put be made again that it can not retain',
      fails: ['refuses a put that it can not retain'],
      wrap: refusesAll,
    },
  ],
};

const untilThen = 'keeps an object until retainUntil, and no longer';
const supports = { retention: true, versions: false };

/** Those that support it, on a place that is set up for it. */
export const retentionFaults: FaultyGroup = {
  group: 'retention',
  faults: [
    { name: 'lets kept objects be deleted', fails: [untilThen], wrap: ({ sink }) => changed(sink, { supports }) },
    {
      name: 'lets kept objects be replaced',
      fails: ['stores and gives what is to be retained, once'],
      wrap: (broken) => {
        const right = retaining(broken);
        return changed(right, {
          put: async (key, body, options) => {
            if (broken.place.get(key)?.retainUntil !== undefined) broken.place.delete(key);
            return await right.put(key, body, options);
          },
        });
      },
    },
    {
      name: 'lets a delete go through before it is refused',
      fails: [untilThen],
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
      fails: ['stores and gives what is to be retained, once', untilThen],
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

/** Those that keep versions, too. */
export const keptVersionFaults: FaultyGroup = {
  group: 'retention',
  faults: [
    {
      name: 'deletes all versions',
      fails: [untilThen],
      wrap: ({ sink, kept }) =>
        changed(sink, {
          delete: async (key, options) => {
            kept?.delete(key);
            await sink.delete(key, options);
          },
        }),
    },
  ],
};
