import { describe, expect, it } from 'vitest';
import { lockedSink, objectKey, type PutOptions, withRetry } from '../src/sink/index.ts';
import { FaultySink, MemorySink } from '../src/testing/index.ts';

const DAY_MS = 24 * 3600_000;
const lock = { chainMaxAgeMs: 30 * DAY_MS, lockForMs: 90 * DAY_MS };
const begun = '20261121T180316Z';
const until = new Date('2027-03-21T18:03:16Z');
const bytes = new Uint8Array([1, 2, 3]);

const keys = [
  `sets/test-ca-0a1b2c/${begun}/20261203T000000Z-full.json`,
  `sets/test-ca-0a1b2c/${begun}/20261203T000000Z-full.json.minisig`,
  `sets/test-ca-0a1b2c/${begun}/20261203T000000Z-full.outcome.json`,
  `data/test-ca-0a1b2c/${begun}/20261121T180316Z-full/begin.json`,
  `data/test-ca-0a1b2c/${begun}/20261203T000000Z-full/pack-00001`,
  `data/test-ca-0a1b2c/${begun}/20261203T000000Z-full/map-00001.minisig`,
].map(objectKey);

/** A sink in memory that takes locks, by a clock that stands still. */
function lockingAt(iso: string) {
  const memory = new MemorySink({ retention: true });
  return { memory, sink: lockedSink(memory, { ...lock, now: () => new Date(iso) }) };
}

describe('a locked sink', () => {
  it.each(keys)('locks %s until the one date of its chain', async (key) => {
    const { memory, sink } = lockingAt('2026-12-03T00:00:00Z');
    await sink.put(key, bytes);
    expect(memory.objects.get(key)).toMatchObject({ bytes, retainUntil: until });
  });

  it('hands everything else on that a put is asked with', async () => {
    const seen: PutOptions[] = [];
    const memory = new MemorySink({ retention: true });
    const put = memory.put.bind(memory);
    memory.put = async (key, body, options = {}) => {
      seen.push(options);
      return await put(key, body, options);
    };
    const { signal } = new AbortController();
    const pace = async (): Promise<void> => undefined;
    await lockedSink(memory, { ...lock, now: () => new Date('2026-12-03') }).put(keys[0] ?? objectKey('x'), bytes, {
      signal,
      pace,
    });
    expect(seen).toEqual([{ signal, pace, retainUntil: until }]);
  });

  it.each([
    ['has passed', '2027-03-21T18:03:17Z', undefined],
    ['may have passed by the clock of the store', '2027-03-21T17:48:16Z', undefined],
    ['is near', '2027-03-21T17:48:15Z', until],
  ])('asks for no lock when its date %s, which only a copy of an old chain meets', async (_what, now, retainUntil) => {
    const [key = objectKey('x')] = keys;
    const { memory, sink } = lockingAt(now);
    await sink.put(key, bytes);
    expect(memory.objects.get(key)?.retainUntil).toEqual(retainUntil);
  });

  it('goes by the clock of this computer unless told otherwise', async () => {
    const memory = new MemorySink({ retention: true });
    const key = objectKey('data/test-ca-0a1b2c/20200101T000000Z/20200101T000000Z-full/begin.json');
    await lockedSink(memory, lock).put(key, bytes);
    await lockedSink(memory, { ...lock, lockForMs: 1e6 * DAY_MS }).put(objectKey(`${key}.minisig`), bytes);
    expect([...memory.objects.values()].map(({ retainUntil }) => retainUntil?.getUTCFullYear())).toEqual([
      undefined,
      4757,
    ]);
  });

  it.each(['conformance-1/probe', `notes/test-ca-0a1b2c/${begun}/verified.json`, `sets/${begun}/x`, `data/ca/chain/x`])(
    'puts nothing that belongs to no chain: %s',
    async (text) => {
      const { memory, sink } = lockingAt('2026-12-03T00:00:00Z');
      await expect(sink.put(objectKey(text), bytes)).rejects.toMatchObject({ code: 'internal' });
      expect(memory.calls).toEqual([]);
    },
  );

  it('is refused where nothing can be locked', () => {
    expect(() => lockedSink(new MemorySink(), lock)).toThrow(
      expect.objectContaining({
        code: 'invalid-usage',
        message: "memory: can't lock what it stores",
        hint: expect.stringContaining('--lock-for'),
      }),
    );
  });

  it('asks again with the same date inside a retry, and a put whose answer was lost counts', async () => {
    const [key = objectKey('x')] = keys;
    const { memory } = lockingAt('2026-12-03T00:00:00Z');
    const losing = new FaultySink(memory, [{ method: 'put', kind: 'after' }]);
    const locked = lockedSink(losing, { ...lock, now: () => new Date('2026-12-03') });
    await withRetry(locked, { sleep: async () => undefined }).put(key, bytes);
    expect(memory.objects.get(key)?.retainUntil).toEqual(until);
    expect(memory.calls.map(({ method }) => method)).toEqual(['put', 'put', 'stat', 'get']);
  });

  it('hands everything else on', async () => {
    const memory = new MemorySink({ retention: true, versions: true });
    const [key = objectKey('x')] = keys;
    const sink = lockedSink(memory, { ...lock, now: () => new Date('2026-12-03') });
    await sink.put(key, bytes);
    expect(sink).toMatchObject({ sinkApi: 1, location: memory.location, supports: memory.supports });
    expect(await sink.get(key, { range: { offset: 1, length: 1 } })).toEqual(bytes.subarray(1, 2));
    expect(await sink.stat(key)).toMatchObject({ sizeBytes: 3 });
    for await (const object of sink.list('sets/')) expect(object).toMatchObject({ key, sizeBytes: 3 });
    expect(memory.calls.at(-1)).toEqual({ method: 'list', key: 'sets/' });
    expect(await sink.versions?.(key)).toHaveLength(1);
    expect(await sink.settings?.()).toEqual([]);
    await sink.delete(key);
    expect(memory.objects.size).toBe(0);
    await sink[Symbol.asyncDispose]();
    expect(memory.disposed).toBe(true);
  });
});
