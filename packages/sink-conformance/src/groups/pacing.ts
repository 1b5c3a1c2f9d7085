import { strict as assert } from 'node:assert';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import { bytesOf } from '../bytes.ts';
import type { Check } from '../check.ts';
import { rejectionOf } from '../expect.ts';
import { assertThere, isWhole } from '../look.ts';
import type { CompleteSubject } from '../subject.ts';

const pieceBytes = 64 * 1024;
const body = bytesOf('pacing', 5 * pieceBytes + 100);
const reason = new Error('enough');

/** How long a put is held back, to see whether it goes on all the same. */
const heldMs = 100;

function needsPacing({ supports }: CompleteSubject): string | undefined {
  return supports.pacing === true ? undefined : 'the sink does not support pacing';
}

/** A put that goes no faster than the caller allows. */
export const pacing: readonly Check[] = [
  {
    name: 'takes a put with pace and without support for it',
    skip: ({ supports }) => (supports.pacing === true ? 'the sink supports pacing' : undefined),
    run: async ({ sink, key }) => {
      await sink.put(key('a'), body, { pace: () => Promise.resolve() });
      await assertThere(sink, key('a'), body);
    },
  },
  {
    name: 'asks for every byte, 64 KiB at a time at most',
    skip: needsPacing,
    run: async ({ sink, key }) => {
      for (const sizeBytes of [0, 1, pieceBytes, pieceBytes + 1, body.byteLength]) {
        const pieces: number[] = [];
        const part = body.subarray(0, sizeBytes);
        await sink.put(key(`a/${sizeBytes}`), part, { pace: async (bytes) => void pieces.push(bytes) });
        await assertThere(sink, key(`a/${sizeBytes}`), part);
        const asked = pieces.reduce((sum, bytes) => sum + bytes, 0);
        assert.equal(asked, sizeBytes, `asked for ${asked} bytes of ${sizeBytes}`);
        const wrong = pieces.find((bytes) => !(bytes >= 0 && bytes <= pieceBytes));
        assert.equal(wrong, undefined, `a piece of ${wrong} bytes`);
      }
    },
  },
  {
    name: 'waits for each piece before it asks for the next, and sends nothing that was not allowed',
    skip: needsPacing,
    run: async ({ sink, key }) => {
      const faults: string[] = [];
      let waiting = 0;
      let askedBytes = 0;
      const pace = async (bytes: number): Promise<void> => {
        waiting += 1;
        askedBytes += bytes;
        if (waiting > 1) faults.push('pace is called while it is waited for');
        await setImmediate();
        if (askedBytes === body.byteLength) {
          await setTimeout(heldMs);
          if ((await sink.stat(key('a'))) !== undefined) faults.push('an object is there before all of it is allowed');
        }
        waiting -= 1;
      };
      await sink.put(key('a'), body, { pace });
      assert.deepEqual(faults, []);
      assert.equal(askedBytes, body.byteLength);
      await assertThere(sink, key('a'), body);
    },
  },
  {
    name: 'ends a put whose pace is aborted with the very reason, and leaves nothing or the whole object',
    skip: needsPacing,
    run: async ({ sink, key }) => {
      for (const nth of [1, 2]) {
        const controller = new AbortController();
        const { signal } = controller;
        let calls = 0;
        const pace = async (): Promise<void> => {
          calls += 1;
          if (calls === nth) controller.abort(reason);
          signal.throwIfAborted();
        };
        const aborted = key(`aborted/${nth}`);
        const found = await rejectionOf(sink.put(aborted, body, { pace, signal }), 'a put whose pace was aborted');
        assert.ok(found === reason, `not the signal's reason, but ${inspect(found)}`);
        if (!(await isWhole(sink, aborted, body))) await sink.put(aborted, body);
        await assertThere(sink, aborted, body);
      }
    },
  },
];
