import { describe, expect, it } from 'vitest';
import {
  type BackupSink,
  objectKey,
  type PutOptions,
  type StoredObject,
  UploadLimit,
  withRetry,
  withUploadLimit,
} from '../src/sink/index.ts';
import { FaultySink, MemorySink } from '../src/testing/index.ts';

const key = objectKey('data/pack-00001');
const bytes = new Uint8Array(3000);
const reason = new Error('enough');

/** A limit of 1,000 bytes a second whose waits pass at once; `slept` adds them up. */
function fakeLimit(): { limit: UploadLimit; sleptMs: () => number } {
  let clock = 0;
  const sleep = async (ms: number): Promise<void> => {
    clock += ms;
  };
  return { limit: new UploadLimit(1000, { now: () => clock, sleep }), sleptMs: () => clock };
}

/** Sends in pieces of 1,000 bytes, and has older versions and settings. */
class PacedSink extends MemorySink {
  override readonly supports = { retention: false, versions: true, pacing: true };
  readonly pieces: number[] = [];

  override async put(of: typeof key, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    for (let sent = 0; sent < body.byteLength; sent += 1000) {
      await options.pace?.(1000);
      this.pieces.push(1000);
    }
    return await super.put(of, body, options);
  }

  override async versions(): Promise<[]> {
    return [];
  }

  async settings() {
    return [{ name: 'lock', state: 'on', message: 'is on' } as const];
  }
}

describe('a limited sink', () => {
  it('holds an object back until all its bytes may pass', async () => {
    const memory = new MemorySink();
    const { limit, sleptMs } = fakeLimit();
    await withUploadLimit(memory, limit).put(key, bytes);
    expect(sleptMs()).toBe(2000);
    expect(memory.objects.get(key)?.bytes).toEqual(bytes);
  });

  it('paces each piece where the sink can, and asks who gave a pace of his own as well', async () => {
    const paced = new PacedSink();
    const { limit, sleptMs } = fakeLimit();
    const asked: number[] = [];
    const pace = async (piece: number): Promise<void> => {
      asked.push(sleptMs(), piece);
    };
    await withUploadLimit(paced, limit).put(key, bytes, { pace });
    await withUploadLimit(paced, limit).put(objectKey('other'), bytes);
    expect(asked).toEqual([0, 1000, 1000, 1000, 2000, 1000]);
    expect(sleptMs()).toBe(5000);
  });

  it('shares its limit with the other sinks of the run', async () => {
    const { limit, sleptMs } = fakeLimit();
    const sinks = [new MemorySink(), new PacedSink()].map((sink) => withUploadLimit(sink, limit));
    await Promise.all(sinks.map((sink) => sink.put(key, bytes)));
    expect(sleptMs()).toBe(5000);
  });

  it('counts what is sent again', async () => {
    const memory = new MemorySink();
    const { limit, sleptMs } = fakeLimit();
    const limited = withUploadLimit(new FaultySink(memory, [{ method: 'put' }]), limit);
    await withRetry(limited, { firstDelayMs: 0 }).put(key, bytes);
    expect(sleptMs()).toBe(5000);
  });

  it('puts nothing when it is aborted while waiting', async () => {
    for (const sink of [new MemorySink(), new PacedSink()]) {
      const controller = new AbortController();
      const limit = new UploadLimit(1000, { now: () => 0, sleep: async () => controller.abort(reason) });
      const put = withUploadLimit(sink, limit).put(key, bytes, { signal: controller.signal });
      await expect(put).rejects.toBe(reason);
      expect(sink.objects.size).toBe(0);
    }
  });

  it('passes everything else on unhindered', async () => {
    const paced = new PacedSink();
    await paced.put(key, bytes);
    const { limit, sleptMs } = fakeLimit();
    const sink: BackupSink = withUploadLimit(paced, limit);
    expect(sink).toMatchObject({ sinkApi: 1, location: 'memory:', supports: paced.supports });
    expect(await sink.get(key, { range: { offset: 0, length: 2 } })).toHaveLength(2);
    expect(await sink.stat(key)).toMatchObject({ sizeBytes: 3000 });
    const listed: string[] = [];
    for await (const object of sink.list('data/')) listed.push(object.key);
    expect(listed).toEqual([key]);
    expect(await sink.versions?.(key)).toEqual([]);
    expect(await sink.settings?.()).toMatchObject([{ name: 'lock' }]);
    await sink.delete(key);
    expect(paced.objects.size).toBe(0);
    await sink[Symbol.asyncDispose]();
    expect(paced.disposed).toBe(true);
    expect(sleptMs()).toBe(0);
  });

  it('has neither versions nor settings where the sink has none', async () => {
    const sink = withUploadLimit(new MemorySink(), fakeLimit().limit);
    expect(await sink.versions?.(key)).toEqual([]);
    expect(await sink.settings?.()).toEqual([]);
  });
});
