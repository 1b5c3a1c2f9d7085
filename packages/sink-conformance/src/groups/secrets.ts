import { strict as assert } from 'node:assert';
import { bytesOf } from '../bytes.ts';
import { callSink, sinkMethods } from '../calls.ts';
import { type Check, needsFailures, needsSecrets } from '../check.ts';
import { rejectionOf } from '../expect.ts';
import { failedCalls } from '../failing.ts';
import { assertNoSecret } from '../no-secret.ts';
import { printedDuring } from '../printed.ts';
import { refusals } from '../refusals.ts';

const body = bytesOf('secrets', 1000);

/** Credentials are for the server alone, and a sink has nothing to tell the screen. */
export const secrets: readonly Check[] = [
  {
    name: 'shows no credential in its location',
    skip: needsSecrets,
    run: async ({ sink, subject }) => {
      assertNoSecret(subject, sink.location, 'location');
    },
  },
  {
    name: 'shows no credential in an error, its stack or its causes',
    skip: needsSecrets,
    run: async (room) => {
      for (const { error } of await refusals(room)) assertNoSecret(room.subject, error, 'an error');
      const disposed = await room.subject.open();
      await disposed[Symbol.asyncDispose]();
      for (const method of sinkMethods) {
        const call = callSink(disposed, method, { key: room.key('late'), body });
        assertNoSecret(room.subject, await rejectionOf(call, `${method} after disposal`), `${method} after disposal`);
      }
    },
  },
  {
    name: 'shows no credential in the error of a failing call',
    skip: (subject) => needsSecrets(subject) ?? needsFailures(subject),
    run: async (room) => {
      for (const { failure, method, error } of await failedCalls(room)) {
        assertNoSecret(room.subject, error, `${failure.name}: the error of ${method}`);
      }
    },
  },
  {
    name: 'prints nothing, nor warns',
    run: async (room) => {
      const printed = await printedDuring(async () => {
        const sink = await room.open();
        await refusals({ sink, key: room.key });
        const methods = sinkMethods.filter((method) => method !== 'delete' || room.subject.canDelete);
        for (const method of methods) await callSink(sink, method, { key: room.key('quiet'), body });
        if (room.subject.setUpFor.versions) await sink.versions?.(room.key('quiet'));
        await sink.settings?.();
        await failedCalls(room);
      });
      assert.deepEqual(printed, []);
    },
  },
];
