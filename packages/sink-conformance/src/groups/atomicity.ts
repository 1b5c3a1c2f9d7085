import { strict as assert } from 'node:assert';
import { AdcsBackupError, type BackupSink, type ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import { type Check, needsFailures } from '../check.ts';
import { failCalls } from '../failing.ts';
import { assertThere, isWhole } from '../look.ts';
import { tryMoments } from '../moments.ts';

const bodyBytes = 1024 * 1024;

/** Whatever happens to a put, nobody ever sees a part of an object. */
export const atomicity: readonly Check[] = [
  {
    name: 'leaves nothing or the whole object when a put is aborted',
    run: async ({ sink, key }) => {
      const body = bytesOf('aborted', bodyBytes);
      await tryMoments(async (signal, moment) => {
        const aborted = key(`aborted/${moment}`);
        const [result] = await Promise.allSettled([sink.put(aborted, body, { signal })]);
        const isThere = await isWhole(sink, aborted, body);
        assert.ok(isThere || result.status === 'rejected', `${aborted} was put, and is not there`);
      });
    },
  },
  {
    name: 'lets the key of an aborted put be used',
    run: async ({ sink, key }) => {
      const body = bytesOf('again', bodyBytes);
      await tryMoments(async (signal, moment) => {
        const aborted = key(`again/${moment}`);
        await Promise.allSettled([sink.put(aborted, body, { signal })]);
        await putOrExists(sink, aborted, body);
        await assertThere(sink, aborted, body);
      });
    },
  },
  {
    name: 'shows no part of an object while it is being put',
    run: async ({ sink, key }) => {
      const body = bytesOf('watched', bodyBytes);
      const watched = key('watched');
      let isPut = false;
      const putting = sink.put(watched, body).finally(() => {
        isPut = true;
      });
      const watching = (async () => {
        while (!isPut) {
          await isWhole(sink, watched, body);
          await new Promise(setImmediate);
        }
      })();
      for (const result of await Promise.allSettled([watching, putting])) {
        if (result.status === 'rejected') throw result.reason;
      }
      await assertThere(sink, watched, body);
    },
  },
  {
    name: 'leaves nothing or the whole object when a put fails',
    skip: needsFailures,
    run: async ({ sink, subject, key }) => {
      const body = bytesOf('failed', bodyBytes);
      for (const [index, failure] of subject.failures.entries()) {
        if (failure.methods?.includes('put') === false) continue;
        const failed = key(`failed/${index}`);
        await failCalls({ ...failure, methods: ['put'] }, { fresh: failed, there: failed, body });
        await isWhole(sink, failed, body);
        await putOrExists(sink, failed, body);
        await assertThere(sink, failed, body);
      }
    },
  },
];

/** After a put that was cut short either is right: what was stored, if anything, is the same. */
async function putOrExists(sink: BackupSink, key: ObjectKey, body: Uint8Array): Promise<void> {
  const [result] = await Promise.allSettled([sink.put(key, body)]);
  if (result.status === 'rejected' && !AdcsBackupError.is(result.reason, 'object-exists')) throw result.reason;
}
