import { strict as assert } from 'node:assert';
import { AdcsBackupError, type BackupSink, type ObjectKey } from '@adcs-backup/core/sink';
import { assertSameBytes, bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectsWith } from '../expect.ts';
import { assertThere } from '../look.ts';

/** Nothing that is stored is ever replaced. */
export const writeOnce: readonly Check[] = [
  {
    name: 'refuses a second put, and keeps the first object',
    run: async ({ sink, key }) => {
      const first = bytesOf('first', 1000);
      await sink.put(key('a/b'), first);
      const before = await sink.stat(key('a/b'));
      await rejectsWith(sink.put(key('a/b'), bytesOf('second', 500)), 'object-exists');
      await assertThere(sink, key('a/b'), first);
      assert.deepEqual(await sink.stat(key('a/b')), before, 'stat after the second put');
    },
  },
  {
    name: 'refuses the same bytes as well',
    run: async ({ sink, key }) => {
      await sink.put(key('a/b'), bytesOf('same', 1000));
      await rejectsWith(sink.put(key('a/b'), bytesOf('same', 1000)), 'object-exists');
    },
  },
  {
    name: 'refuses to replace an empty object',
    run: async ({ sink, key }) => {
      await sink.put(key('empty'), new Uint8Array(0));
      await rejectsWith(sink.put(key('empty'), bytesOf('full', 10)), 'object-exists');
      await assertThere(sink, key('empty'), new Uint8Array(0));
    },
  },
  {
    name: 'refuses to replace what another sink on the same place stored',
    run: async ({ sink, open, key }) => {
      const other = await open();
      const first = bytesOf('first', 1000);
      await sink.put(key('a/b'), first);
      await rejectsWith(other.put(key('a/b'), bytesOf('second', 1000)), 'object-exists');
      await assertThere(sink, key('a/b'), first);
    },
  },
  {
    name: 'lets one of eight racing puts win',
    run: async ({ sink, key }) => {
      await race(
        Array.from({ length: 8 }, () => sink),
        key('raced'),
      );
    },
  },
  {
    name: 'lets one of eight racing sinks win',
    run: async ({ open, key }) => {
      const sinks = await Promise.all(Array.from({ length: 8 }, () => open()));
      await race(sinks, key('raced'));
    },
  },
];

async function race(sinks: readonly BackupSink[], key: ObjectKey): Promise<void> {
  const racers = sinks.map((sink, index) => ({ sink, body: bytesOf(`racer ${index}`, 70_000 + index) }));
  const results = await Promise.allSettled(racers.map(({ sink, body }) => sink.put(key, body)));
  for (const result of results) {
    if (result.status === 'rejected' && !AdcsBackupError.is(result.reason, 'object-exists')) throw result.reason;
  }
  const winners = racers.filter((_racer, index) => results[index]?.status === 'fulfilled');
  assert.equal(winners.length, 1, `${winners.length} of ${racers.length} puts of one key won`);
  for (const { sink, body } of winners) assertSameBytes(await sink.get(key), body, 'what the winner put');
}
