import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import type { SinkUnderTest } from '../src/index.ts';
import { type Broken, changed } from './fault.ts';
import { subjectOn } from './subject.ts';

/** How far the clock goes on with each refused delete. */
const stepMs = 4000;

/** A sink whose objects can't be deleted before their time, by a clock that doesn't make tests wait. */
export function retaining({ sink, place }: Broken): BackupSink {
  let aheadMs = 0;
  return changed(sink, {
    supports: { retention: true, versions: false },
    delete: async (key, options) => {
      const { retainUntil } = place.get(key) ?? {};
      if (retainUntil !== undefined && retainUntil.getTime() > Date.now() + aheadMs) {
        aheadMs += stepMs;
        throw new AdcsBackupError('sink-denied', `object ${key} is kept until ${retainUntil.toISOString()}`);
      }
      await sink.delete(key, options);
    },
  });
}

export const retainingSubject = (): SinkUnderTest => ({
  ...subjectOn('MemorySink with retention', retaining),
  supports: { retention: true, versions: false },
});

/** A place that keeps a version of everything that was put, whatever is deleted. */
export function versioningSubject(
  name: string = 'MemorySink with versions',
  wrap: (broken: Broken) => BackupSink = ({ sink }) => sink,
): SinkUnderTest {
  const versions = new Map<string, Uint8Array[]>();
  const supports = { retention: true, versions: true };
  const keeping = (broken: Broken): Broken => ({
    ...broken,
    versions,
    sink: changed(broken.sink, {
      supports,
      put: async (key, body, options) => {
        const stored = await broken.sink.put(key, body, options);
        versions.set(key, [...(versions.get(key) ?? []), Buffer.from(body)]);
        return stored;
      },
    }),
  });
  return {
    ...subjectOn(name, (broken) => wrap(keeping(broken))),
    supports,
    versionsOf: async (key) => versions.get(key) ?? [],
  };
}
