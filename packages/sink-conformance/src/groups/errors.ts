import { strict as assert } from 'node:assert';
import { AdcsBackupError, type ErrorCode, type ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from '../bytes.ts';
import { type Check, needsFailures } from '../check.ts';
import { rejectsWith } from '../expect.ts';
import { failedCalls } from '../failing.ts';
import { refusals } from '../refusals.ts';
import type { SinkMethod } from '../subject.ts';

const body = bytesOf('errors', 1000);

/** What callers decide by. */
export const errors: readonly Check[] = [
  {
    name: 'says object-not-found of an object that is missing, and undefined by stat',
    run: async ({ sink, key }) => {
      await rejectsWith(sink.get(key('missing')), 'object-not-found');
      assert.equal(await sink.stat(key('missing')), undefined);
    },
  },
  {
    name: 'names the object in the message',
    run: async (room) => {
      for (const { error, key } of await refusals(room)) {
        assert.ok(error instanceof Error && error.message.includes(key), `${key} isn't named in: ${String(error)}`);
      }
    },
  },
  {
    name: 'says that a refusal is final: not retryable',
    run: async (room) => {
      for (const { error, key } of await refusals(room)) {
        assert.ok(AdcsBackupError.is(error), `${key}: no AdcsBackupError, but ${String(error)}`);
        assert.equal(error.retryable, false, `retryable of: ${error.message}`);
      }
    },
  },
  {
    name: 'rejects, and never throws before it has returned',
    run: async ({ sink, prefix }) => {
      const signal = AbortSignal.abort(new Error('aborted'));
      const bad = `${prefix}..` as ObjectKey;
      const calls: Readonly<Record<SinkMethod, () => unknown>> = {
        put: () => sink.put(bad, body, { signal }),
        get: () => sink.get(bad, { signal }),
        stat: () => sink.stat(bad, { signal }),
        list: () => sink.list(prefix, { signal }),
        delete: () => sink.delete(bad, { signal }),
      };
      for (const [method, call] of Object.entries(calls)) {
        let returned: unknown;
        assert.doesNotThrow(() => {
          returned = call();
        }, `${method} threw before it returned`);
        await Promise.allSettled([returned]);
      }
    },
  },
  {
    name: 'says of each failing call what failed, whether it may be made again, and why',
    skip: needsFailures,
    run: async (room) => {
      for (const { failure, method, error } of await failedCalls(room)) {
        assertFailure(error, failure, `${failure.name}: ${method}`);
      }
    },
  },
];

function assertFailure(error: unknown, wanted: { code: ErrorCode; retryable: boolean }, what: string): void {
  assert.ok(AdcsBackupError.is(error), `${what}: no AdcsBackupError, but ${String(error)}`);
  assert.equal(error.code, wanted.code, `${what}: code ${error.code}, not ${wanted.code}: ${error.message}`);
  assert.equal(error.retryable, wanted.retryable, `${what}: retryable is ${error.retryable}`);
  assert.ok(error.cause !== undefined, `${what}: the error underneath is not kept as cause`);
}
