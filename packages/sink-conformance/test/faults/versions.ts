import { AdcsBackupError, type BackupSink, isObjectKey } from '@adcs-backup/core/sink';
import { type Broken, changed, type Fault, type FaultyGroup } from '../fault.ts';

type Versions = NonNullable<BackupSink['versions']>;

const current = 'gives the current version of an object';
const never = 'gives no version of an object that never was, nor of one whose key begins the same';
const ranges = 'gives ranges of a version, and never more than maxBytes';
const another = 'finds no version of another object';
const deleted = 'keeps what was deleted as a version';
const newest = 'gives the newest version first';
const endings = [
  'rejects versions with the very reason of a signal that is aborted already',
  'rejects versions after disposal',
];

/** Right in all but `versions`. */
function versionsBy(
  name: string,
  fails: readonly string[],
  versions: (right: Versions, broken: Broken) => Versions,
): Fault {
  const none: Versions = () => Promise.resolve([]);
  return {
    name,
    fails,
    wrap: (broken) => changed(broken.sink, { versions: versions(broken.sink.versions ?? none, broken) }),
  };
}

const listings: readonly Fault[] = [
  versionsBy(
    'gives the oldest version first',
    [newest],
    (right) =>
      async (...all) =>
        (await right(...all)).toReversed(),
  ),
  versionsBy('takes the key for a prefix', [never], (right, { kept }) => async (key, options) => {
    await right(key, options);
    const keys = [...(kept?.keys() ?? [])].filter((each) => each.startsWith(key)).filter(isObjectKey);
    return (await Promise.all(keys.map((each) => right(each, options)))).flat();
  }),
  versionsBy('does not know when', [current], (right) => async (...all) => {
    return (await right(...all)).map((version) => ({ ...version, modifiedAt: new Date(0) }));
  }),
  versionsBy(
    'does not look at the signal of versions',
    ['rejects versions with the very reason of a signal that is aborted already'],
    (right) => (key) => right(key),
  ),
  versionsBy('is not closed for versions', ['rejects versions after disposal'], (right) => async (key, options) => {
    const [result] = await Promise.allSettled([right(key, options)]);
    if (result.status === 'fulfilled' || !AdcsBackupError.is(result.reason)) return await right(key, options);
    return [];
  }),
];

/** Those on a place that keeps versions. */
export const versionFaults: FaultyGroup = {
  group: 'versions',
  faults: [
    ...listings,
    {
      name: 'has no method for the versions that it supports',
      fails: [current, never, ranges, another, deleted, newest, ...endings],
      wrap: ({ sink }) => {
        const { versions: _versions, ...rest } = changed(sink, {});
        return rest;
      },
    },
    versionsBy(
      'keeps nothing',
      [current, ranges, another, deleted, newest, ...endings],
      () => () => Promise.resolve([]),
    ),
    {
      name: 'deletes all versions',
      fails: [deleted, newest],
      wrap: ({ sink, kept }) =>
        changed(sink, {
          delete: async (key, options) => {
            kept?.delete(key);
            await sink.delete(key, options);
          },
        }),
    },
    {
      name: 'keeps the newest version only',
      fails: [newest],
      wrap: ({ sink, kept }) =>
        changed(sink, {
          put: async (key, body, options) => {
            const stored = await sink.put(key, body, options);
            kept?.set(key, (kept.get(key) ?? []).slice(0, 1));
            return stored;
          },
        }),
    },
    {
      name: 'gives the current version, whatever it is asked for',
      fails: [another, deleted, newest],
      wrap: ({ sink }) => changed(sink, { get: (key, options) => sink.get(key, { ...options, version: undefined }) }),
    },
    {
      name: 'gives all of a version, whatever it is asked for',
      fails: [ranges],
      wrap: ({ sink }) =>
        changed(sink, {
          get: async (key, options) => {
            if (options?.version === undefined) return await sink.get(key, options);
            return await sink.get(key, { version: options.version });
          },
        }),
    },
  ],
};

const refusal = 'gives no more than the current version where none are kept, or refuses';

/** Those on a place that keeps none. */
export const unversionedFaults: FaultyGroup = {
  group: 'versions',
  faults: [
    versionsBy('passes on what the server said', [refusal], () => () => Promise.reject(new Error('501'))),
    versionsBy('makes up a version', [refusal], () => async () => {
      const version = { sizeBytes: 1, modifiedAt: new Date() };
      return ['1', '2'].map((id) => ({ ...version, id }));
    }),
  ],
};
