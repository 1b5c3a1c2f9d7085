import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadLimit } from '../src/sink/index.ts';

interface Bench {
  readonly limit: UploadLimit;
  /** Bytes that have passed, each time with the clock's milliseconds. */
  readonly passed: { readonly bytes: number; readonly atMs: number }[];
  take(bytes: number): Promise<void>;
  advance(ms: number): void;
}

/** A limit whose waits pass at once on a clock of its own; each sleep is cut to `share` of what it asked for. */
function bench(bytesPerSecond: number, share = 1): Bench {
  let clock = 5_000_000;
  const limit = new UploadLimit(bytesPerSecond, {
    now: () => clock,
    sleep: async (ms) => {
      clock += Math.max(ms * share, 0.001);
    },
  });
  const passed: { bytes: number; atMs: number }[] = [];
  const take = async (bytes: number): Promise<void> => {
    await limit.take(bytes);
    passed.push({ bytes, atMs: clock - 5_000_000 });
  };
  const advance = (ms: number): void => {
    clock += ms;
  };
  return { limit, passed, take, advance };
}

const total = (passed: Bench['passed']): number => passed.reduce((sum, { bytes }) => sum + bytes, 0);

describe('an upload limit', () => {
  it('lets a second of bytes pass at once, then keeps the pace', async () => {
    const { take, passed } = bench(1000);
    for (const bytes of [600, 400, 500, 2000]) await take(bytes);
    expect(passed.map(({ atMs }) => atMs)).toEqual([0, 0, 500, 2500]);
  });

  it('saves up no more than a second while nothing is sent', async () => {
    const { take, passed, advance } = bench(1000);
    await take(1000);
    advance(3_600_000);
    for (const bytes of [1000, 1000]) await take(bytes);
    expect(passed.map(({ atMs }) => atMs)).toEqual([0, 3_600_000, 3_601_000]);
  });

  it('waits on when a timer fires early', async () => {
    const { take, passed } = bench(1000, 0.5);
    await take(3000);
    expect(passed[0]?.atMs).toBeGreaterThanOrEqual(2000);
    expect(passed[0]?.atMs).toBeLessThan(2001);
  });

  it('serves in the order in which it was asked', async () => {
    const { limit, passed } = bench(1000);
    const order: number[] = [];
    await Promise.all([5000, 1, 300].map((bytes) => limit.take(bytes).then(() => order.push(bytes))));
    expect(order).toEqual([5000, 1, 300]);
    expect(passed).toEqual([]);
  });

  it('never lets more than a second above its pace pass, whoever asks and however long nobody did', async () => {
    const asks = fc.array(fc.record({ bytes: fc.nat(70_000), idleMs: fc.nat(3000), together: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 1, max: 100_000 }), async (asked, bytesPerSecond) => {
        const { take, passed, advance } = bench(bytesPerSecond);
        let open: Promise<void>[] = [];
        for (const { bytes, idleMs, together } of asked) {
          open.push(take(bytes));
          if (together) continue;
          await Promise.all(open);
          open = [];
          advance(idleMs);
        }
        await Promise.all(open);
        expect(total(passed)).toBe(asked.reduce((sum, { bytes }) => sum + bytes, 0));
        for (const [index, { atMs }] of passed.entries()) {
          const allowed = bytesPerSecond * (atMs / 1000 + 1);
          expect(total(passed.slice(0, index + 1))).toBeLessThanOrEqual(allowed * (1 + 1e-9));
        }
      }),
    );
  });
});

describe('an aborted wait for an upload limit', () => {
  const reason = new Error('enough');

  it('rejects with the reason at once, even behind others, and takes nothing', async () => {
    const wakers: (() => void)[] = [];
    let clock = 0;
    const limit = new UploadLimit(1000, {
      now: () => clock,
      sleep: (ms) =>
        new Promise((resolve) => {
          wakers.push(() => {
            clock += ms;
            resolve();
          });
        }),
    });
    const first = limit.take(3000);
    const controller = new AbortController();
    const second = limit.take(1_000_000, controller.signal);
    const third = limit.take(500);
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    wakers[0]?.();
    await first;
    expect(clock).toBe(2000);
    await expect.poll(() => wakers.length).toBe(2);
    wakers[1]?.();
    await third;
    expect(clock).toBe(2500);
  });

  it('rejects with the reason while it sleeps on the real clock', async () => {
    const limit = new UploadLimit(1);
    const controller = new AbortController();
    const wait = limit.take(1_000_000, controller.signal);
    queueMicrotask(() => controller.abort(reason));
    await expect(wait).rejects.toBe(reason);
    await expect(limit.take(1)).resolves.toBeUndefined();
  });

  it('rejects with the reason when the sleep takes no notice of it', async () => {
    const controller = new AbortController();
    const limit = new UploadLimit(1000, { now: () => 0, sleep: async () => controller.abort(reason) });
    await expect(limit.take(2000, controller.signal)).rejects.toBe(reason);
  });

  it('rejects before it waits when the signal has aborted already', async () => {
    const { limit } = bench(1000);
    await expect(limit.take(1, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
