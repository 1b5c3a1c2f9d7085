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
      const before = process.getActiveResourcesInfo();
      const sink = await subject.open();
      const names = Array.from({ length: 20 }, (_, index) => `busy/${index}`);
      await sideBySide(names, (name) => sink.put(key(name), body));
      for await (const _object of sink.list(key('busy')));
      await sink[Symbol.asyncDispose]();
      const givenUpAt = performance.now() + patienceMs;
      while (addedTo(before).length > 0 && performance.now() < givenUpAt) await setTimeout(20);
      assert.deepEqual(addedTo(before), [], 'what Node counts as active');
    },
  },
];

/** What is there beyond `before`, by kind. */
function addedTo(before: readonly string[]): readonly string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((kind) => {
    const index = known.indexOf(kind);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}
