import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { AdcsBackupError, type BackupSink, type ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectsWith } from '../expect.ts';
import { assertGone, assertThere } from '../look.ts';
import type { CompleteSubject } from '../subject.ts';

const body = bytesOf('capabilities', 1000);

/** Long enough for the calls of a check, by the sink's clock. */
const retainMs = 10_000;
/** How much longer than that a sink may hold an object. */
const patienceMs = 60_000;

function needsRetention({ supports }: CompleteSubject): string | undefined {
  return supports.retention === true ? undefined : 'the sink does not support retention';
}

function needsVersions({ supports, versionsOf }: CompleteSubject): string | undefined {
  if (supports.versions !== true) return 'the sink does not support versions';
  return versionsOf === undefined ? 'no `versionsOf` was given' : undefined;
}

/** What the sink says of itself, and that it is true. */
export const capabilities: readonly Check[] = [
  {
    name: 'says where it is and which version of the contract it keeps',
    run: async ({ sink }) => {
      assert.equal(sink.sinkApi, 1);
      assert.ok(typeof sink.location === 'string' && sink.location !== '', 'location is a text that is not empty');
    },
  },
  {
    name: 'supports what was declared',
    run: async ({ sink, subject }) => {
      assert.deepEqual({ ...sink.supports }, { ...subject.supports });
    },
  },
  {
    name: 'takes a put with retainUntil and without support for it',
    skip: ({ supports }) => (supports.retention === true ? 'the sink supports retention' : undefined),
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body, { retainUntil: new Date(Date.now() + retainMs) });
      await assertThere(sink, key('a'), body);
      await sink.delete(key('a'));
      await assertGone(sink, key('a'));
    },
  },
  {
    name: 'keeps an object until retainUntil, and no longer',
    skip: needsRetention,
    run: async ({ sink, subject, key }) => {
      const { modifiedAt } = await sink.put(key('clock'), body);
      const retainUntil = new Date(modifiedAt.getTime() + retainMs);
      await sink.put(key('kept'), body, { retainUntil });
      await rejectsWith(sink.put(key('kept'), body), 'object-exists');
      await assertKept(sink, subject, key('kept'));
      await deleteInTime(sink, key('kept'));
    },
  },
  {
    name: 'keeps what was deleted as a version',
    skip: needsVersions,
    run: async ({ sink, subject, key }) => {
      const again = bytesOf('again', 500);
      await sink.put(key('a'), body);
      await sink.delete(key('a'));
      await sink.put(key('a'), again);
      const found = (await subject.versionsOf?.(key('a'))) ?? [];
      for (const wanted of [body, again]) {
        assert.ok(
          found.some((version) => Buffer.compare(version, wanted) === 0),
          `${found.length} versions, but not the one of ${wanted.byteLength} bytes`,
        );
      }
    },
  },
];

/** A delete is refused; or it hides the object, and the version stays. */
async function assertKept(sink: BackupSink, subject: CompleteSubject, key: ObjectKey): Promise<void> {
  if (subject.supports.versions !== true) {
    await rejectsWith(sink.delete(key), 'sink-denied');
    await assertThere(sink, key, body);
    return;
  }
  await Promise.allSettled([sink.delete(key)]);
  if (subject.versionsOf === undefined) return;
  const versions = await subject.versionsOf(key);
  assert.ok(
    versions.some((version) => Buffer.compare(version, body) === 0),
    'no version of the object is left',
  );
}

async function deleteInTime(sink: BackupSink, key: ObjectKey): Promise<void> {
  const givenUpAt = performance.now() + retainMs + patienceMs;
  for (;;) {
    const [result] = await Promise.allSettled([sink.delete(key)]);
    if (result.status === 'fulfilled') return;
    if (!AdcsBackupError.is(result.reason, 'sink-denied') || performance.now() > givenUpAt) throw result.reason;
    await setTimeout(200);
  }
}
