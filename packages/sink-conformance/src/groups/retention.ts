import { strict as assert } from 'node:assert';
import { setTimeout } from 'node:timers/promises';
import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import { type Check, needsDelete } from '../check.ts';
import { rejectionOf, rejectsWith } from '../expect.ts';
import { assertGone, assertThere, isWhole } from '../look.ts';
import type { Room } from '../room.ts';
import type { CompleteSubject } from '../subject.ts';
import { assertAmongVersions } from '../version-contents.ts';

const body = bytesOf('retention', 1000);

/** Long enough for the calls of a check, by the sink's clock. */
const retainMs = 10_000;
/** How much longer than that a sink may hold an object. */
const patienceMs = 60_000;

function needsRetention({ supports, setUpFor }: CompleteSubject): string | undefined {
  if (!supports.retention) return 'the sink does not support retention';
  return setUpFor.retention ? undefined : 'the place is not set up for retention';
}

function needsNoRetention({ supports, setUpFor }: CompleteSubject): string | undefined {
  if (!supports.retention) return 'the sink does not support retention';
  return setUpFor.retention ? 'the place is set up for retention' : undefined;
}

/** Objects that nobody can take away before a time. */
export const retention: readonly Check[] = [
  {
    name: 'takes a put with retainUntil and without support for it',
    skip: ({ supports }) => (supports.retention ? 'the sink supports retention' : undefined),
    run: async ({ sink, subject, key }) => {
      await sink.put(key('a'), body, { retainUntil: soon() });
      await assertThere(sink, key('a'), body);
      if (!subject.canDelete) return;
      await sink.delete(key('a'));
      await assertGone(sink, key('a'));
    },
  },
  {
    name: 'refuses a put that it can not retain',
    skip: needsNoRetention,
    run: async ({ sink, key }) => {
      const error = await rejectionOf(
        sink.put(key('a'), body, { retainUntil: soon() }),
        'a put that is to be retained',
      );
      assert.ok(AdcsBackupError.is(error), `no AdcsBackupError, but ${String(error)}`);
      assert.equal(error.retryable, false, `retryable of: ${error.message}`);
      await isWhole(sink, key('a'), body);
      await sink.put(key('b'), body);
      await assertThere(sink, key('b'), body);
    },
  },
  {
    name: 'stores and gives what is to be retained, once',
    skip: needsRetention,
    run: async (room) => {
      await putRetained(room);
      await rejectsWith(room.sink.put(room.key('kept'), body), 'object-exists');
      await assertThere(room.sink, room.key('kept'), body);
      if (room.subject.canDelete) await deleteInTime(room);
    },
  },
  {
    name: 'keeps an object until retainUntil, and no longer',
    skip: (subject) => needsRetention(subject) ?? needsDelete(subject),
    run: async (room) => {
      await putRetained(room);
      await assertKept(room);
      await deleteInTime(room);
    },
  },
];

function soon(): Date {
  return new Date(Date.now() + retainMs);
}

/** Until a time by the sink's own clock. */
async function putRetained({ sink, key }: Room): Promise<void> {
  const { modifiedAt } = await sink.put(key('clock'), body);
  await sink.put(key('kept'), body, { retainUntil: new Date(modifiedAt.getTime() + retainMs) });
}

/** A delete is refused; or it hides the object, and the version stays. */
async function assertKept({ sink, subject, key }: Room): Promise<void> {
  if (!subject.setUpFor.versions) {
    await rejectsWith(sink.delete(key('kept')), 'sink-denied');
    await assertThere(sink, key('kept'), body);
    return;
  }
  await Promise.allSettled([sink.delete(key('kept'))]);
  await assertAmongVersions(sink, key('kept'), body);
}

async function deleteInTime({ sink, key }: Room): Promise<void> {
  const givenUpAt = performance.now() + retainMs + patienceMs;
  while (!(await isDeleted(sink, key('kept'), givenUpAt))) await setTimeout(200);
}

async function isDeleted(
  sink: BackupSink,
  key: Parameters<BackupSink['delete']>[0],
  givenUpAt: number,
): Promise<boolean> {
  const [result] = await Promise.allSettled([sink.delete(key)]);
  if (result.status === 'fulfilled') return true;
  if (!AdcsBackupError.is(result.reason, 'sink-denied') || performance.now() > givenUpAt) throw result.reason;
  return false;
}
