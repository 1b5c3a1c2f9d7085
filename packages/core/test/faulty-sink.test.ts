import { describe, expect, it } from 'vitest';
import { objectKey } from '../src/sink/index.ts';
import { type Fault, FaultySink, MemorySink } from '../src/testing/index.ts';

const bytes = Uint8Array.of(1, 2, 3);

function faulty(...faults: readonly Fault[]): { readonly memory: MemorySink; readonly sink: FaultySink } {
  const memory = new MemorySink();
  return { memory, sink: new FaultySink(memory, faults) };
}

async function keysOf(sink: FaultySink, into: string[]): Promise<void> {
  for await (const object of sink.list('')) into.push(object.key);
}

describe('FaultySink', () => {
  it('passes everything through when no fault is injected', async () => {
    const { memory, sink } = faulty();
    await sink.put(objectKey('a'), bytes);
    await expect(sink.get(objectKey('a'), { range: { offset: 1, length: 1 } })).resolves.toEqual(Uint8Array.of(2));
    await expect(sink.stat(objectKey('a'))).resolves.toMatchObject({ key: 'a', sizeBytes: 3 });
    await sink.delete(objectKey('a'));
    await sink[Symbol.asyncDispose]();
    expect(memory.calls).toEqual(sink.calls);
    expect(memory.disposed).toBe(true);
    expect(sink.count('put')).toBe(1);
    expect(sink.location).toBe('memory:');
  });

  it('passes on versions and settings, of sinks that have them and of others', async () => {
    const { sink, memory } = faulty({ method: 'versions', key: /lost/ });
    expect(await sink.versions(objectKey('a'))).toEqual([]);
    await expect(sink.versions(objectKey('lost'))).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(await sink.settings()).toEqual([]);
    const settings = [{ name: 'lock', state: 'on', message: 'locked' } as const];
    const telling = new FaultySink(Object.assign(memory, { settings: async () => settings }));
    expect(await telling.settings()).toEqual(settings);
    const { put, get, stat, list, delete: remove, [Symbol.asyncDispose]: dispose } = MemorySink.prototype;
    const plain = {
      sinkApi: 1,
      location: '',
      supports: memory.supports,
      put,
      get,
      stat,
      list,
      delete: remove,
    } as const;
    expect(await new FaultySink({ ...plain, [Symbol.asyncDispose]: dispose }).versions(objectKey('a'))).toEqual([]);
  });

  it('fails the n-th call of a method, as often as told, without effect', async () => {
    const { memory, sink } = faulty({ method: 'put', nth: 2, times: 2 });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => sink.put(objectKey(key), bytes)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'sink-unreachable', retryable: true } });
    expect([...memory.objects.keys()]).toEqual(['a', 'd']);
  });

  it('counts only the calls whose key matches', async () => {
    const { memory, sink } = faulty({ method: 'put', key: /pack/g, nth: 2 });
    for (const key of ['pack-1', 'map-1', 'map-2']) await sink.put(objectKey(key), bytes);
    await expect(sink.put(objectKey('pack-2'), bytes)).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect([...memory.objects.keys()]).toEqual(['pack-1', 'map-1', 'map-2']);
  });

  it('loses the reply of a call that took effect', async () => {
    const reply = new Error('reply lost');
    const { memory, sink } = faulty({ method: 'put', kind: 'after', error: () => reply });
    await expect(sink.put(objectKey('a'), bytes)).rejects.toBe(reply);
    expect([...memory.objects.keys()]).toEqual(['a']);
  });

  it('hangs until the call is aborted, then rejects with the very reason', async () => {
    const { memory, sink } = faulty({ method: 'get', kind: 'hang', times: 2 });
    const controller = new AbortController();
    const reason = new Error('enough');
    const call = sink.get(objectKey('a'), { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(sink.get(objectKey('a'), { signal: controller.signal })).rejects.toBe(reason);
    expect(memory.calls).toEqual([]);
  });

  it.each([
    ['before' as const, []],
    [{ cutAfter: 0 }, []],
    [{ cutAfter: 2 }, ['a', 'b']],
    [{ cutAfter: 9 }, ['a', 'b', 'c']],
    ['after' as const, ['a', 'b', 'c']],
  ])('fails a listing %j', async (kind, seen) => {
    const { sink } = faulty({ method: 'list', kind });
    for (const key of ['a', 'b', 'c']) await sink.put(objectKey(key), bytes);
    const keys: string[] = [];
    await expect(keysOf(sink, keys)).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(keys).toEqual(seen);
    await keysOf(sink, keys);
    expect(keys).toEqual([...seen, 'a', 'b', 'c']);
  });

  it('lets the fault injected first decide where two meet', async () => {
    const { memory, sink } = faulty({ method: 'delete', kind: 'after' });
    sink.inject({ method: 'delete', nth: 1, times: Number.POSITIVE_INFINITY, error: () => new Error('second') });
    await memory.put(objectKey('a'), bytes);
    await expect(sink.delete(objectKey('a'))).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(memory.objects.size).toBe(0);
    await expect(sink.delete(objectKey('a'))).rejects.toThrow('second');
  });
});
