import { setImmediate, setTimeout } from 'node:timers/promises';

/** Turns of the event loop, then milliseconds: from a call that has hardly begun to one that may be over. */
const moments: readonly (() => Promise<unknown>)[] = [
  () => Promise.resolve(),
  ...[1, 2, 3, 5, 8, 13, 21].map((turns) => () => pass(turns)),
  ...[3, 10, 30, 100].map((ms) => () => setTimeout(ms)),
];

/** What the signals of {@link tryMoments} abort with. */
export const momentReason: Error = new Error('aborted by the conformance kit');

/** Runs `call` several times, one after another, with a signal that aborts at another moment each time. */
export async function tryMoments(call: (signal: AbortSignal, moment: number) => Promise<void>): Promise<void> {
  for (const [index, moment] of moments.entries()) {
    const controller = new AbortController();
    const aborting = moment().then(() => controller.abort(momentReason));
    const [called] = await Promise.allSettled([call(controller.signal, index), aborting]);
    if (called.status === 'rejected') throw called.reason;
  }
}

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
}
