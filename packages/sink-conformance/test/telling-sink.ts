import type { BackupSink, SinkSetting } from '@adcs-backup/core/sink';
import type { SinkUnderTest } from '../src/index.ts';
import { type Broken, changed } from './fault.ts';
import { subjectOn } from './subject.ts';

export const goodSettings: readonly SinkSetting[] = [
  { name: 'versioning', state: 'on', message: 'versions are kept' },
  { name: 'lock', state: 'unknown', message: 'the credentials may not look' },
  { name: 'lifecycle', state: 'on', message: 'rule x deletes after 30 days', warning: 'Sets are deleted by rule x.' },
];

/** A sink that says something about its place. */
function telling({ sink }: Broken): BackupSink {
  return changed(sink, {
    settings: async (options) => {
      for await (const _object of sink.list('conformance-none', options));
      return goodSettings;
    },
  });
}

export function tellingSubject(
  name: string = 'MemorySink with settings',
  wrap: (broken: Broken) => BackupSink = ({ sink }) => sink,
): SinkUnderTest {
  return subjectOn(name, (broken) => wrap({ ...broken, sink: telling(broken) }));
}
