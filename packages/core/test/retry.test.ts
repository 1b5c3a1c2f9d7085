import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdcsBackupError } from '../src/errors.ts';
import { type BackupSink, objectKey, type RetryPolicy, type SinkRetry, withRetry } from '../src/sink/index.ts';
import { type Fault, FaultySink, MemorySink, type SinkMethod } from '../src/testing/index.ts';

const key = objectKey('data/pack-00001');
const bytes = Uint8Array.of(1, 2, 3);

interface Bench {
  readonly memory: MemorySink;
  readonly faulty: FaultySink;
  readonly sink: BackupSink;
  readonly retries: SinkRetry[];
  /** What the fake clock shows, in milliseconds. */
  elapsedMs(): number;
}

/** A retried sink whose waits pass at once on a clock of its own. */
function bench(faults: readonly Fault[], policy: RetryPolicy = {}): Bench {
  const memory = new MemorySink();
  const faulty = new FaultySink(memory, faults);
  const retries: SinkRetry[] = [];
  let clock = 0;
  const sink = withRetry(faulty, {
    now: () => clock,
    random: () => 0.5,
    sleep: async (ms) => {
      clock += ms;
    },
    onRetry: (retry) => retries.push(retry),
    ...policy,
  });
  return { memory, faulty, sink, retries, elapsedMs: () => clock };
}

async function keysOf(sink: BackupSink, into: string[] = []): Promise<string[]> {
  for await (const object of sink.list('')) into.push(object.key);
  return into;
}

describe('withRetry', () => {
  it('makes a call again until it succeeds, and tells each time', async () => {
    const { sink, retries, memory } = bench([{ method: 'put', times: 3 }]);
    await expect(sink.put(key, bytes)).resolves.toMatchObject({ key, sizeBytes: 3 });
    expect(retries.map(({ method, key: of, attempt, delayMs }) => [method, of, attempt, delayMs])).toEqual([
      ['put', key, 1, 250],
      ['put', key, 2, 500],
      ['put', key, 3, 1000],
    ]);
    expect(retries[0]?.error).toMatchObject({ code: 'sink-unreachable' });
    expect(memory.objects.get(key)?.bytes).toEqual(bytes);
  });

  it('needs nobody to be told', async () => {
    const memory = new MemorySink();
    const sink = withRetry(new FaultySink(memory, [{ method: 'put' }]), { firstDelayMs: 0 });
    await sink.put(key, bytes);
    expect(memory.objects.get(key)?.bytes).toEqual(bytes);
  });

  it.each(['get', 'stat', 'delete'] as const)('makes a failed %s again', async (method) => {
    const { sink, memory, faulty } = bench([{ method, times: 2 }]);
    await memory.put(key, bytes);
    await sink[method](key);
    expect(faulty.count(method)).toBe(3);
  });

  it('waits no longer than the longest wait', async () => {
    const { sink, retries } = bench([{ method: 'stat', times: 12 }], { random: () => 0.999 });
    await sink.stat(key);
    expect(Math.max(...retries.map((retry) => retry.delayMs))).toBeCloseTo(29_970);
  });

  it('gives up when its time is used up, with the last error as cause and nothing left to retry', async () => {
    const { sink, faulty, elapsedMs } = bench([{ method: 'put', times: Number.POSITIVE_INFINITY }], {
      retryForMs: 60_000,
    });
    const error: unknown = await sink.put(key, bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'sink-unreachable', retryable: false, cause: { retryable: true } });
    expect(elapsedMs()).toBe(60_000);
    expect(error).toMatchObject({
      message: expect.stringContaining(`(given up after ${faulty.count('put')} attempts)`),
    });
  });

  it('keeps trying for 15 minutes by default', async () => {
    const { sink, elapsedMs } = bench([{ method: 'stat', times: Number.POSITIVE_INFINITY }]);
    await expect(sink.stat(key)).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(elapsedMs()).toBe(15 * 60_000);
  });

  it('keeps the hint of the error it gives up with, and retries never when told so', async () => {
    const error = (): AdcsBackupError => new AdcsBackupError('sink-failed', 'busy', { hint: 'Wait.', retryable: true });
    const { sink, faulty } = bench([{ method: 'get', error }], { retryForMs: 0 });
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'sink-failed', hint: 'Wait.', retryable: false });
    expect(faulty.count('get')).toBe(1);
  });

  it('lets pass at once what is not retryable, the very error', async () => {
    for (const error of [new AdcsBackupError('sink-denied', 'denied'), new TypeError('a mistake'), 'text']) {
      const { sink, retries } = bench([{ method: 'put', error: () => error }]);
      await expect(sink.put(key, bytes)).rejects.toBe(error);
      expect(retries).toEqual([]);
    }
  });

  it('never retries after an abort, and rejects with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const failing: Fault = { method: 'put', times: 5, error: () => fail(controller, reason) };
    const { sink, faulty, retries } = bench([failing]);
    await expect(sink.put(key, bytes, { signal: controller.signal })).rejects.toBe(reason);
    expect(faulty.count('put')).toBe(1);
    expect(retries).toEqual([]);
  });

  it.each(['a sleep that rejects', 'a sleep that resolves'])('stops waiting when aborted: %s', async (sleeper) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { sink, faulty } = bench([{ method: 'put', times: 5 }], {
      sleep: async () => {
        controller.abort(reason);
        if (sleeper === 'a sleep that rejects') throw new Error('woken');
      },
    });
    await expect(sink.put(key, bytes, { signal: controller.signal })).rejects.toBe(reason);
    expect(faulty.count('put')).toBe(1);
  });

  it('wakes from its own waiting when aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const faulty = new FaultySink(new MemorySink(), [{ method: 'put' }]);
    const onRetry = (): void => queueMicrotask(() => controller.abort(reason));
    const sink = withRetry(faulty, { firstDelayMs: 1e9, maxDelayMs: 1e9, random: () => 0.9, onRetry });
    await expect(sink.put(key, bytes, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('passes on where it stores, what that supports, and its end', async () => {
    const { sink, memory } = bench([]);
    expect(sink).toMatchObject({ sinkApi: 1, location: 'memory:', supports: memory.supports });
    await sink[Symbol.asyncDispose]();
    expect(memory.disposed).toBe(true);
  });
});

describe('a put that failed and then finds the object there', () => {
  const lost: Fault = { method: 'put', kind: 'after' };

  it('succeeds when the bytes are its own', async () => {
    const { sink, memory } = bench([lost]);
    const stored = await sink.put(key, bytes);
    expect(memory.calls.map((call) => call.method)).toEqual(['put', 'put', 'stat', 'get']);
    expect(stored).toEqual(await memory.stat(key));
  });

  it.each([[Uint8Array.of(1, 2, 4)], [Uint8Array.of(1, 2)]])('rejects when they are not: %j', async (others) => {
    const { sink, memory } = bench([{ method: 'put' }]);
    await memory.put(key, others);
    await expect(sink.put(key, bytes)).rejects.toMatchObject({ code: 'object-exists' });
  });

  it('rejects at once when it never failed before', async () => {
    const { sink, memory } = bench([]);
    await memory.put(key, bytes);
    await expect(sink.put(key, bytes)).rejects.toMatchObject({ code: 'object-exists' });
    expect(memory.calls.map((call) => call.method)).toEqual(['put', 'put']);
  });

  it('tries again when reading back fails', async () => {
    const { sink, faulty } = bench([lost, { method: 'stat' }, { method: 'get', times: 2 }]);
    await expect(sink.put(key, bytes)).resolves.toMatchObject({ sizeBytes: 3 });
    expect(faulty.count('get')).toBe(3);
  });

  it('says so when reading back is not allowed', async () => {
    const denied = (): AdcsBackupError => new AdcsBackupError('sink-denied', 'no right to read');
    const { sink } = bench([lost, { method: 'get', error: denied }]);
    await expect(sink.put(key, bytes)).rejects.toMatchObject({
      code: 'object-exists',
      hint: expect.stringContaining('allow reading'),
      cause: { code: 'sink-denied' },
    });
  });
});

describe('a listing that fails half-way', () => {
  it('goes on behind the last key, and each new object gives it its time back', async () => {
    const { sink, memory, retries } = bench(
      [1, 2, 3, 3, 4].map((cutAfter, index) => ({ method: 'list', kind: { cutAfter }, nth: index + 1 })),
      { retryForMs: 1000 },
    );
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const each of keys) await memory.put(objectKey(each), bytes);
    await expect(keysOf(sink)).resolves.toEqual(keys);
    expect(retries.map((retry) => retry.attempt)).toEqual([1, 1, 1, 2, 1]);
  });

  it('gives up when nothing new comes', async () => {
    const { sink, memory } = bench([{ method: 'list', kind: { cutAfter: 1 }, times: 1000 }]);
    await memory.put(objectKey('a'), bytes);
    await memory.put(objectKey('b'), bytes);
    const seen: string[] = [];
    await expect(keysOf(sink, seen)).rejects.toMatchObject({ code: 'sink-unreachable', retryable: false });
    expect(seen).toEqual(['a']);
  });
});

function fail(controller: AbortController, reason: Error): AdcsBackupError {
  controller.abort(reason);
  return new AdcsBackupError('sink-unreachable', 'gone', { retryable: true });
}

describe('whatever fails', () => {
  const kinds = fc.constantFrom('before' as const, 'after' as const);
  const faults = fc.array(
    fc.record({
      method: fc.constantFrom<SinkMethod>('put', 'get', 'stat'),
      nth: fc.integer({ min: 1, max: 8 }),
      kind: kinds,
      error: fc.constantFrom(
        () => new AdcsBackupError('sink-unreachable', 'gone', { retryable: true }),
        () => new AdcsBackupError('sink-denied', 'denied'),
      ),
    }),
    { maxLength: 10 },
  );

  it('stores once, and reports success only for an object with the right bytes', async () => {
    await fc.assert(
      fc.asyncProperty(faults, fc.boolean(), async (injected, isTaken) => {
        const { memory, sink } = bench(injected, { retryForMs: 20_000 });
        if (isTaken) await memory.put(key, Uint8Array.of(9, 9, 9));
        const before = memory.objects.get(key);
        const result = await sink.put(key, bytes).then(
          (stored) => stored,
          () => undefined,
        );
        const after = memory.objects.get(key);
        if (before !== undefined) expect(after).toBe(before);
        if (result !== undefined) {
          expect(isTaken).toBe(false);
          expect(after?.bytes).toEqual(bytes);
          expect(result).toEqual({ key, sizeBytes: 3, modifiedAt: after?.modifiedAt });
        }
        expect(after === undefined || isTaken || Buffer.compare(after.bytes, bytes) === 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('lists without a gap or a key given twice', async () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.constantFrom(...'abcdefghij')), cuts, async (keys, cutsAfter) => {
        const injected = cutsAfter.map(
          (cutAfter, index): Fault => ({ method: 'list', kind: { cutAfter }, nth: index + 1 }),
        );
        const { memory, sink } = bench(injected);
        for (const each of keys) await memory.put(objectKey(each), bytes);
        await expect(keysOf(sink)).resolves.toEqual([...keys].sort((one, other) => (one < other ? -1 : 1)));
      }),
      { numRuns: 200 },
    );
  });
});
