import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import type { SinkUnderTest } from '../src/index.ts';
import { type Broken, changed } from './fault.ts';
import { subjectOn } from './subject.ts';

/** How far the clock goes on with each refused delete. */
const stepMs = 4000;

const supports = { retention: true, versions: false };

/** A sink whose objects can't be deleted before their time, by a clock that doesn't make tests wait. */
export function retaining({ sink, place }: Broken): BackupSink {
  let aheadMs = 0;
  return changed(sink, {
    supports,
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

export function retainingSubject(
  name: string = 'MemorySink with retention',
  wrap: (broken: Broken) => BackupSink = retaining,
): SinkUnderTest {
  return { ...subjectOn(name, wrap), supports };
}

/** Its sink knows retention, its place doesn't. */
export function unlockedSubject(
  name: string = 'MemorySink on a place without retention',
  wrap: (broken: Broken) => BackupSink = ({ sink }) => sink,
): SinkUnderTest {
  const refusing = ({ sink }: Broken): BackupSink =>
    changed(sink, {
      supports,
      put: async (key, body, options) => {
        if (options?.retainUntil === undefined) return await sink.put(key, body, options);
        throw new AdcsBackupError('sink-denied', `object ${key} can't be retained: object lock is off`);
      },
    });
  return {
    ...subjectOn(name, (broken) => wrap({ ...broken, sink: refusing(broken) })),
    supports,
    setUpFor: { retention: false },
  };
}
