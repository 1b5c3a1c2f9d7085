import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { AdcsBackupError } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import { callSink, sinkMethods } from '../calls.ts';
import type { Check } from '../check.ts';
import { rejectionOf } from '../expect.ts';
import { assertThere } from '../look.ts';
import { sideBySide } from '../side-by-side.ts';

const body = bytesOf('disposal', 1000);

/** How long what a sink opened may take to close. */
const patienceMs = 5000;

/** The end of a sink, which is not the end of its objects. */
export const disposal: readonly Check[] = [
  {
    name: 'can be disposed of twice, and without having been used',
    run: async ({ subject }) => {
      const sink = await subject.open();
      await sink[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
    },
  },
  {
    name: 'rejects every call that comes after it',
    run: async ({ subject, key }) => {
      const sink = await subject.open();
      await sink[Symbol.asyncDispose]();
      for (const method of sinkMethods) {
        const error = await rejectionOf(callSink(sink, method, { key: key('late'), body }), `${method} after disposal`);
        assert.ok(AdcsBackupError.is(error), `${method} after disposal: no AdcsBackupError, but ${String(error)}`);
        assert.equal(error.retryable, false, `${method} after disposal is retryable`);
      }
    },
  },
  {
    name: 'leaves the objects, and other sinks on the same place, as they are',
    run: async ({ sink, subject, key }) => {
      const other = await subject.open();
      await other.put(key('kept'), body);
      await other[Symbol.asyncDispose]();
      await assertThere(sink, key('kept'), body);
      await sink.put(key('after'), body);
    },
  },
  {
    name: 'leaves nothing behind that keeps the process alive',
    run: async ({ subject, key }) => {
      const before = countResources();
      const sink = await subject.open();
      const names = Array.from({ length: 20 }, (_, index) => `busy/${index}`);
      await sideBySide(names, (name) => sink.put(key(name), body));
      for await (const _object of sink.list(key('busy')));
      await sink[Symbol.asyncDispose]();
      const givenUpAt = performance.now() + patienceMs;
      while (added(before).length > 0 && performance.now() < givenUpAt) await setTimeout(20);
      assert.deepEqual(added(before), [], 'what Node counts as active');
    },
  },
];

function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The kinds of which there are more than before. */
function added(before: ReadonlyMap<string, number>): string[] {
  return [...countResources()].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
}
