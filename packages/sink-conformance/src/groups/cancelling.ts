import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { assertSameBytes, bytesOf } from '../bytes.ts';
import { callSink, sinkMethods } from '../calls.ts';
import { type Check, needsDelete } from '../check.ts';
import { assertKeys, keysOf, rejectionOf } from '../expect.ts';
import { assertGone, assertThere, getIfThere } from '../look.ts';
import { momentReason, tryMoments } from '../moments.ts';
import type { SinkMethod } from '../subject.ts';

const body = bytesOf('cancelling', 200_000);
const reason = new Error('enough');

function rejectsAborted(method: SinkMethod): Check {
  return {
    name: `rejects ${method} with the very reason of a signal that is aborted already`,
    run: async ({ sink, key }) => {
      await sink.put(key('there'), body);
      for (const cause of [reason, 'no error at all']) {
        const call = callSink(sink, method, { key: key('there'), body, signal: AbortSignal.abort(cause) });
        const found = await rejectionOf(call, `${method} with an aborted signal`);
        assert.ok(found === cause, `${method}: not the signal's reason, but ${inspect(found)}`);
      }
    },
  };
}

function rejectsDuring(method: SinkMethod): Check {
  return {
    name: `ends ${method} with the very reason, or as usual, when it is aborted on the way`,
    ...(method === 'delete' ? { skip: needsDelete } : {}),
    run: async ({ sink, key }) => {
      await tryMoments(async (signal, moment) => {
        const target = key(`during/${moment}`);
        if (method !== 'put') await sink.put(target, body);
        const [result] = await Promise.allSettled([callSink(sink, method, { key: target, body, signal })]);
        if (result.status === 'fulfilled') return;
        assert.ok(result.reason === momentReason, `${method}: not the reason, but ${inspect(result.reason)}`);
      });
    },
  };
}

/** An abort is heard, by its own reason, and leaves nothing half done. */
export const cancelling: readonly Check[] = [
  ...sinkMethods.map(rejectsAborted),
  ...sinkMethods.map(rejectsDuring),
  {
    name: 'does nothing at all when the signal is aborted already',
    run: async ({ sink, key }) => {
      await sink.put(key('there'), body);
      const options = { signal: AbortSignal.abort(reason) };
      await Promise.allSettled([sink.put(key('new'), body, options), sink.delete(key('there'), options)]);
      await assertGone(sink, key('new'));
      await assertThere(sink, key('there'), body);
    },
  },
  {
    name: 'stops a listing that is aborted half-way',
    run: async ({ sink, key, prefix }) => {
      for (const name of ['a', 'b', 'c/d']) await sink.put(key(name), body);
      const controller = new AbortController();
      const seen: string[] = [];
      const reading = (async () => {
        for await (const object of sink.list(prefix, { signal: controller.signal })) {
          seen.push(object.key);
          controller.abort(reason);
        }
      })();
      const found = await rejectionOf(reading, 'a listing that was aborted half-way');
      assert.ok(found === reason, `not the signal's reason, but ${inspect(found)}`);
      assert.deepEqual(seen, [key('a')]);
    },
  },
  {
    name: 'leaves the whole object or nothing when a delete is aborted',
    skip: needsDelete,
    run: async ({ sink, key }) => {
      await tryMoments(async (signal, moment) => {
        const deleted = key(`deleted/${moment}`);
        await sink.put(deleted, body);
        const [result] = await Promise.allSettled([sink.delete(deleted, { signal })]);
        const left = await getIfThere(sink, deleted);
        if (left !== undefined) assertSameBytes(left, body, `get ${deleted}`);
        assert.ok(result.status === 'rejected' || left === undefined, `${deleted} was deleted, and is there`);
      });
    },
  },
  {
    name: 'takes no notice of an abort after a call has ended',
    run: async ({ sink, key, prefix }) => {
      const controller = new AbortController();
      await sink.put(key('a'), body, { signal: controller.signal });
      const bytes = await sink.get(key('a'), { signal: controller.signal });
      controller.abort(reason);
      assertSameBytes(bytes, body, 'what get gave');
      await assertThere(sink, key('a'), body);
      assertKeys(await keysOf(sink, prefix), [key('a')], 'list');
    },
  },
];
