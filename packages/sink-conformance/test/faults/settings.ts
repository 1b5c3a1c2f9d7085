import { AdcsBackupError, type BackupSink, type SinkSetting } from '@adcs-backup/core/sink';
import { type Broken, changed, type Fault, type FaultyGroup, force } from '../fault.ts';
import { secret } from '../subject.ts';
import { goodSettings } from '../telling-sink.ts';

type Settings = NonNullable<BackupSink['settings']>;

const form = 'says of each setting its name, its state, what was found, and why it is a danger';
const still = 'changes nothing by looking at its settings';

function settingsBy(
  name: string,
  fails: readonly string[],
  settings: (right: Settings, broken: Broken) => Settings,
): Fault {
  const none: Settings = () => Promise.resolve([]);
  return {
    name,
    fails,
    wrap: (broken) => changed(broken.sink, { settings: settings(broken.sink.settings ?? none, broken) }),
  };
}

function adds(name: string, setting: Partial<SinkSetting>, fails: readonly string[] = [form]): Fault {
  const good: SinkSetting = { name: 'lock', state: 'on', message: 'the bucket is locked' };
  return settingsBy(name, fails, (right) => async (options) => [...(await right(options)), { ...good, ...setting }]);
}

export const settings: FaultyGroup = {
  group: 'settings',
  faults: [
    adds('gives a setting no name', { name: '' }),
    // What no type would let pass, and no sink in JavaScript is kept from.
    adds('knows another state', JSON.parse('{ "state": "enabled" }')),
    adds('does not say what it found', { message: '' }),
    adds('warns in half a sentence', { warning: 'sets are deleted' }),
    adds('shows its password', { message: `opened with ${secret}` }, ['shows no credential in its settings']),
    settingsBy('leaves a note that it was there', [still], (right, broken) => async (options) => {
      const prefix = [...broken.place.keys()].find((key) => key.endsWith('a/b'))?.slice(0, -3);
      if (prefix !== undefined) force(broken, `${prefix}probe`, new Uint8Array(1));
      return await right(options);
    }),
    settingsBy('turns off what it finds on', [still], (right, { marks }) => async (options) => {
      const state = marks.delete('on') ? 'off' : 'on';
      if (state === 'on') marks.add('on');
      return [
        ...(await right(options)),
        ...goodSettings.slice(0, 1).map((setting) => ({ ...setting, state }) as const),
      ];
    }),
    settingsBy(
      'does not look at the signal of settings',
      ['rejects settings with the very reason of a signal that is aborted already'],
      (right) => () => right(),
    ),
    settingsBy('is not closed for settings', ['rejects settings after disposal'], (right) => async (options) => {
      const [result] = await Promise.allSettled([right(options)]);
      if (result.status === 'fulfilled' || !AdcsBackupError.is(result.reason)) return await right(options);
      return goodSettings;
    }),
  ],
};
