import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { AdcsBackupError, type BackupSink, type CallOptions, type SinkSetting } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import { type Check, needsSecrets } from '../check.ts';
import { assertKeys, keysOf, rejectionOf } from '../expect.ts';
import { assertThere } from '../look.ts';
import { assertNoSecret } from '../no-secret.ts';

const body = bytesOf('settings', 1000);
const reason = new Error('enough');
const states: readonly string[] = ['on', 'off', 'unknown'];

/** What a sink says of its place and its credentials, if it says something. */
export const settings: readonly Check[] = [
  {
    name: 'says of each setting its name, its state, what was found, and why it is a danger',
    run: async ({ sink }) => {
      for (const setting of await settingsOf(sink)) assertSetting(setting);
    },
  },
  {
    name: 'changes nothing by looking at its settings',
    run: async ({ sink, key, prefix }) => {
      await sink.put(key('a/b'), body);
      const first = await settingsOf(sink);
      await assertThere(sink, key('a/b'), body);
      assertKeys(await keysOf(sink, prefix), [key('a/b')], 'list');
      const stateOf = ({ name, state }: SinkSetting): string => `${name} ${state}`;
      assert.deepEqual((await settingsOf(sink)).map(stateOf), first.map(stateOf), 'the second look');
    },
  },
  {
    name: 'shows no credential in its settings',
    skip: needsSecrets,
    run: async ({ sink, subject }) => {
      assertNoSecret(subject, await settingsOf(sink), 'settings');
    },
  },
  {
    name: 'rejects settings with the very reason of a signal that is aborted already',
    run: async ({ sink }) => {
      if (await saysNothing(sink)) return;
      const options = { signal: AbortSignal.abort(reason) };
      const found = await rejectionOf(settingsOf(sink, options), 'settings with an aborted signal');
      assert.ok(found === reason, `not the signal's reason, but ${inspect(found)}`);
    },
  },
  {
    name: 'rejects settings after disposal',
    run: async ({ subject }) => {
      const sink = await subject.open();
      const isSilent = await saysNothing(sink);
      await sink[Symbol.asyncDispose]();
      if (isSilent) return;
      const error = await rejectionOf(settingsOf(sink), 'settings after disposal');
      assert.ok(AdcsBackupError.is(error) && !error.retryable, `no AdcsBackupError that is final: ${String(error)}`);
    },
  },
];

async function settingsOf(sink: BackupSink, options?: CallOptions): Promise<readonly SinkSetting[]> {
  return (await sink.settings?.(options)) ?? [];
}

/** A wrapper around a sink without settings has none to tell either. */
async function saysNothing(sink: BackupSink): Promise<boolean> {
  return (await settingsOf(sink)).length === 0;
}

function assertSetting(setting: SinkSetting): void {
  const { name, state, message, warning } = setting;
  const what = inspect(setting, { breakLength: Number.POSITIVE_INFINITY });
  assert.match(name, /^[a-z][a-z0-9-]*$/, `the name is no word: ${what}`);
  assert.ok(states.includes(state), `the state is none of ${states.join(', ')}: ${what}`);
  assert.match(message, /^\S.*$/, `nothing is said of what was found: ${what}`);
  if (warning !== undefined) assert.match(warning, /^[A-Z].*\.$/s, `the warning is no sentence: ${what}`);
}
