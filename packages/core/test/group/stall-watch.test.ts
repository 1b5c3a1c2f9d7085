import { AdcsBackupError } from '@adcs-backup/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { STALL_MS, StallWatch } from '../../src/group/stall-watch.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const calm = new AbortController().signal;

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** How a call ended so far. */
function followed(call: Promise<unknown>): { state: unknown } {
  const ending: { state: unknown } = { state: 'under way' };
  call.then(
    (value) => {
      ending.state = value;
    },
    (error: unknown) => {
      ending.state = error;
    },
  );
  return ending;
}

describe('a call is watched', () => {
  test('and settles as it does, with no timer left', async () => {
    const watch = new StallWatch('here', 1_000);
    await expect(watch.watch(Promise.resolve(1), calm)).resolves.toBe(1);
    await expect(watch.watch(Promise.reject(new Error('no')), calm)).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('and given up when nothing of its sink succeeds for so long', async () => {
    const call = followed(new StallWatch('s3://bucket', STALL_MS).watch(never(), calm));
    await vi.advanceTimersByTimeAsync(STALL_MS - 1);
    expect(call.state).toBe('under way');
    await vi.advanceTimersByTimeAsync(1);
    expect(call.state).toMatchObject({
      code: 'sink-unreachable',
      message: 's3://bucket made no progress for 900 s',
      hint: expect.stringContaining('--retry-for'),
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('and kept as long as others succeed, or parts of it', async () => {
    const watch = new StallWatch('here', 1_000);
    const call = followed(watch.watch(never(), calm));
    for (let each = 0; each < 5; each += 1) {
      await vi.advanceTimersByTimeAsync(900);
      if (each % 2 === 0) watch.progressed();
      else await watch.watch(Promise.resolve(), calm);
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(call.state).toBe('under way');
    await vi.advanceTimersByTimeAsync(1);
    expect(call.state).toMatchObject({ code: 'sink-unreachable' });
  });

  test('and the failure that was told of last is why it is given up', async () => {
    const watch = new StallWatch('here', 1_000);
    const first = followed(watch.watch(never(), calm));
    watch.failed(new AdcsBackupError('sink-unreachable', 'refused'));
    const full = new AdcsBackupError('sink-full', 'no space', { hint: 'Make some.' });
    watch.failed(full);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(first.state).toMatchObject({
      code: 'sink-full',
      message: 'here made no progress for 1 s: no space',
      hint: 'Make some.',
      cause: full,
    });
    const second = followed(watch.watch(never(), calm));
    watch.failed(new AdcsBackupError('sink-unreachable', 'refused'));
    await watch.watch(Promise.resolve(), calm);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(second.state).toMatchObject({ message: 'here made no progress for 1 s' });
  });

  test('and is not kept by others that fail', async () => {
    const watch = new StallWatch('here', 1_000);
    const call = followed(watch.watch(never(), calm));
    await vi.advanceTimersByTimeAsync(900);
    await expect(watch.watch(Promise.reject(new Error('no')), calm)).rejects.toThrow('no');
    await vi.advanceTimersByTimeAsync(100);
    expect(call.state).toMatchObject({ code: 'sink-unreachable' });
  });
});

describe('after an abort', () => {
  const reason = new Error('stop');

  test('a call has some seconds to come to its end, and is then left to itself', async () => {
    const abort = new AbortController();
    const call = followed(new StallWatch('here', STALL_MS).watch(never(), abort.signal));
    await vi.advanceTimersByTimeAsync(1_000);
    abort.abort(reason);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(call.state).toBe('under way');
    await vi.advanceTimersByTimeAsync(1);
    expect(call.state).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a call that begins has no longer either', async () => {
    const call = followed(new StallWatch('here', STALL_MS).watch(never(), AbortSignal.abort(reason)));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(call.state).toBe(reason);
  });

  test('a call that ends in time ends as it does', async () => {
    const abort = new AbortController();
    const work = new Promise((resolve) => setTimeout(() => resolve('done'), 2_000));
    const call = followed(new StallWatch('here', STALL_MS).watch(work, abort.signal));
    abort.abort(reason);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(call.state).toBe('done');
  });
});
