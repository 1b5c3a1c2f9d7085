import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { AdcsBackupError } from '@adcs-backup/core/sink';
import { assertSameBytes, bytesOf } from '../bytes.ts';
import { type Check, needsDelete } from '../check.ts';
import { rejectionOf, rejectsWith } from '../expect.ts';
import { assertGone } from '../look.ts';
import type { CompleteSubject } from '../subject.ts';
import { assertVersions, newestVersion, versionsOf } from '../version-contents.ts';

const body = bytesOf('versions', 1000);
const reason = new Error('enough');

/** A reply to a put may have no more than the time of the reply. */
const minuteMs = 60_000;

function needsVersions({ supports, setUpFor }: CompleteSubject): string | undefined {
  if (!supports.versions) return 'the sink does not support versions';
  return setUpFor.versions ? undefined : 'the place keeps no versions';
}

/** What is kept of objects that were deleted. */
const onPlacesWithVersions: readonly Check[] = [
  {
    name: 'gives the current version of an object',
    run: async ({ sink, key }) => {
      const stored = await sink.put(key('a/b'), body);
      await assertVersions(sink, key('a/b'), [body]);
      const { modifiedAt } = await newestVersion(sink, key('a/b'));
      const awayMs = Math.abs(modifiedAt.getTime() - stored.modifiedAt.getTime());
      assert.ok(awayMs <= minuteMs, `the version was modified at ${String(modifiedAt)}, by put at another time`);
    },
  },
  {
    name: 'gives no version of an object that never was, nor of one whose key begins the same',
    run: async ({ sink, key }) => {
      await sink.put(key('a/bc'), body);
      assert.deepEqual(await versionsOf(sink, key('a/b')), []);
    },
  },
  {
    name: 'gives ranges of a version, and never more than maxBytes',
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body);
      const whole = { version: (await newestVersion(sink, key('a'))).id };
      const found = await sink.get(key('a'), { ...whole, range: { offset: 990, length: 20 } });
      assertSameBytes(found, body.subarray(990), 'range 990+20 of a version of 1000');
      await rejectsWith(sink.get(key('a'), { ...whole, maxBytes: 999 }), 'object-too-large');
    },
  },
  {
    name: 'finds no version of another object',
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body);
      await sink.put(key('b'), bytesOf('other', 500));
      const { id } = await newestVersion(sink, key('b'));
      await rejectsWith(sink.get(key('a'), { version: id }), 'object-not-found');
    },
  },
  {
    name: 'keeps what was deleted as a version',
    skip: needsDelete,
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body);
      await sink.delete(key('a'));
      await assertGone(sink, key('a'));
      await assertVersions(sink, key('a'), [body]);
    },
  },
  {
    name: 'gives the newest version first',
    skip: needsDelete,
    run: async ({ sink, key }) => {
      const bodies = [300, 200, 100].map((sizeBytes) => bytesOf(`version ${sizeBytes}`, sizeBytes));
      for (const each of bodies) {
        await sink.delete(key('a'));
        await sink.put(key('a'), each);
      }
      await assertVersions(sink, key('a'), bodies.toReversed());
    },
  },
  {
    name: 'rejects versions with the very reason of a signal that is aborted already',
    run: async ({ sink, key }) => {
      const call = versionsOf(sink, key('a'), { signal: AbortSignal.abort(reason) });
      const found = await rejectionOf(call, 'versions with an aborted signal');
      assert.ok(found === reason, `not the signal's reason, but ${inspect(found)}`);
    },
  },
  {
    name: 'rejects versions after disposal',
    run: async ({ subject, key }) => {
      const sink = await subject.open();
      await sink[Symbol.asyncDispose]();
      const error = await rejectionOf(versionsOf(sink, key('a')), 'versions after disposal');
      assert.ok(AdcsBackupError.is(error) && !error.retryable, `no AdcsBackupError that is final: ${String(error)}`);
    },
  },
];

/** What is kept of objects that were deleted, and what a sink says where nothing is kept. */
export const versions: readonly Check[] = [
  ...onPlacesWithVersions.map((check) => ({
    ...check,
    skip: (subject: CompleteSubject) => needsVersions(subject) ?? check.skip?.(subject),
  })),
  {
    name: 'gives no more than the current version where none are kept, or refuses',
    skip: ({ supports, setUpFor }) => {
      if (!supports.versions) return 'the sink does not support versions';
      return setUpFor.versions ? 'the place keeps versions' : undefined;
    },
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body);
      const [result] = await Promise.allSettled([versionsOf(sink, key('a'))]);
      if (result.status === 'fulfilled') {
        assert.ok(result.value.length <= 1, `${result.value.length} versions of an object that was put once`);
      } else {
        assert.ok(AdcsBackupError.is(result.reason), `no AdcsBackupError, but ${inspect(result.reason)}`);
      }
    },
  },
];
