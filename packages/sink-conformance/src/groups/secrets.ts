import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { bytesOf } from '../bytes.ts';
import { callSink, sinkMethods } from '../calls.ts';
import { type Check, needsFailures, needsSecrets } from '../check.ts';
import { rejectionOf } from '../expect.ts';
import { failedCalls } from '../failing.ts';
import { printedDuring } from '../printed.ts';
import { refusals } from '../refusals.ts';
import type { CompleteSubject } from '../subject.ts';

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
        for (const method of sinkMethods) await callSink(sink, method, { key: room.key('quiet'), body });
        await failedCalls(room);
      });
      assert.deepEqual(printed, []);
    },
  },
];

/** As it is, in a URL, in base64. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

function assertNoSecret({ secrets: all }: CompleteSubject, shown: unknown, what: string): void {
  const text =
    typeof shown === 'string' ? shown : inspect(shown, { depth: 12, maxStringLength: null, maxArrayLength: null });
  for (const [index, secret] of all.entries()) {
    // The message must not show it either.
    assert.ok(!formsOf(secret).some((form) => text.includes(form)), `${what}: shows secret number ${index + 1}`);
  }
}
