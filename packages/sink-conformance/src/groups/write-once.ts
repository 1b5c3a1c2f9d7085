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

interface Racer {
  readonly sink: BackupSink;
  readonly body: Uint8Array;
}

/** Stores answer losers "exists", or ask them to come again, as S3 does while a put of the same key goes on. */
async function race(sinks: readonly BackupSink[], key: ObjectKey): Promise<void> {
  const racers = sinks.map((sink, index): Racer => ({ sink, body: bytesOf(`racer ${index}`, 70_000 + index) }));
  const results = await Promise.allSettled(racers.map(({ sink, body }) => sink.put(key, body)));
  const winners = racers.filter((_racer, index) => results[index]?.status === 'fulfilled');
  const inDoubt: Racer[] = [];
  for (const [index, racer] of racers.entries()) {
    const result = results[index];
    if (result?.status !== 'rejected' || AdcsBackupError.is(result.reason, 'object-exists')) continue;
    if (!(AdcsBackupError.is(result.reason) && result.reason.retryable)) throw result.reason;
    inDoubt.push(racer);
  }
  for (const racer of inDoubt) if (await winsAlone(racer, key)) winners.push(racer);
  const stored = await (racers[0]?.sink ?? assert.fail('nobody raced')).get(key);
  // The put of one who was asked to come again may have landed all the same.
  if (winners.length === 0) winners.push(...inDoubt.filter(({ body }) => Buffer.compare(body, stored) === 0));
  assert.equal(winners.length, 1, `${winners.length} of ${racers.length} puts of one key won`);
  for (const { body } of winners) assertSameBytes(stored, body, 'what the winner put');
}

async function winsAlone({ sink, body }: Racer, key: ObjectKey): Promise<boolean> {
  try {
    await sink.put(key, body);
    return true;
  } catch (error) {
    if (AdcsBackupError.is(error, 'object-exists')) return false;
    throw error;
  }
}
