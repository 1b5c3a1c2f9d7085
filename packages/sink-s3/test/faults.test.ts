import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type BackupSink, objectKey, withRetry } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { createBucket, type Fault, FaultProxy } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openS3Sink } from '../src/index.ts';
import { emptyBucket, openScripted } from './scripted-s3.ts';

const body = bytesOf('faults', 300_000);

describeWithCeph('faults between the sink and Ceph', (access) => {
  const bucket = `faults-${randomBytes(4).toString('hex')}`;
  let proxy: FaultProxy;
  let sink: BackupSink;
  let used = 0;
  /** Of an object that isn't there, or, if asked for, is. */
  const freshKey = async (isThere = false): Promise<ReturnType<typeof objectKey>> => {
    used += 1;
    const key = objectKey(`a/${used}`);
    if (isThere) await sink.put(key, body);
    return key;
  };
  const fault = (harm: Fault, times = 1): void => proxy.add({ fault: harm, times });

  beforeAll(async () => {
    await createBucket(access, bucket);
    proxy = await FaultProxy.start(access.endpoint);
    sink = await openS3Sink(`s3://${bucket}/ca01?endpoint=${proxy.endpoint}`, {
      credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
      idleTimeoutMs: 5000,
    });
    await sink.put(objectKey('first'), body);
  });
  afterEach(() => proxy.clear());
  afterAll(async () => {
    await sink[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  it.each<[string, Fault]>([
    ['is refused', { kind: 'refuse' }],
    ['is cut in mid-body', { kind: 'cut-request', afterBytes: 100_000 }],
    ['loses its reply', { kind: 'lose-reply' }],
    ['stalls', { kind: 'stall' }],
    ['meets 503 SlowDown', { kind: 'answer', status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
    ['meets 200 with an error', { kind: 'answer', status: 200, body: '<Error><Code>InternalError</Code></Error>' }],
  ])('a put that %s may be repeated, and then the object is whole', async (_, harm) => {
    const key = await freshKey();
    fault(harm);
    const error = await rejectsWith(sink.put(key, body), 'sink-unreachable');
    expect(error.retryable).toBe(true);
    // What the tool does: repeat, and compare what is found.
    fault(harm);
    await withRetry(sink, { sleep: () => Promise.resolve() }).put(objectKey(`${key}-again`), body);
    const listed = await keysOf(sink, key);
    expect(listed).toContain(`${key}-again`);
    for (const each of listed) expect(Buffer.compare(await sink.get(objectKey(each)), body)).toBe(0);
  });

  it.each<[string, Fault]>([
    ['is refused', { kind: 'refuse' }],
    ['is cut in mid-body', { kind: 'cut-response', afterBytes: 100_000 }],
    ['stalls', { kind: 'stall' }],
    ['meets 500', { kind: 'answer', status: 500 }],
  ])('a get that %s may be repeated', async (_, harm) => {
    const key = await freshKey(true);
    fault(harm);
    const error = await rejectsWith(sink.get(key), 'sink-unreachable');
    expect(error.retryable).toBe(true);
    expect(Buffer.compare(await sink.get(key), body)).toBe(0);
  });

  it('a put whose bytes are changed on the way is refused by the server, and may be repeated', async () => {
    const key = await freshKey();
    const changing = body.slice();
    // The digest is made before the first piece is sent.
    const pace = async (): Promise<void> => void changing.fill(7);
    const error = await rejectsWith(sink.put(key, changing, { pace }), 'integrity-failed', /SHA256Mismatch|BadDigest/);
    expect(error.retryable).toBe(true);
    expect(await sink.stat(key)).toBeUndefined();
  });

  it('a server that is down and comes back needs no new sink', async () => {
    const key = await freshKey(true);
    await proxy.goDown();
    const calls = [
      () => sink.stat(key),
      () => sink.put(objectKey('while-down'), body),
      () => sink.delete(key),
      () => keysOf(sink, ''),
    ];
    for (const call of calls) expect((await rejectsWith(call(), 'sink-unreachable')).retryable).toBe(true);
    await proxy.goUp();
    expect(await sink.stat(key)).toMatchObject({ sizeBytes: body.byteLength });
  });
});

describe('a put that is held back by its pace', () => {
  it('is no stalled one', async () => {
    const { sink } = await openScripted(emptyBucket(), { idleTimeoutMs: 2000 });
    await sink.put(objectKey('first'), body);
    const pace = async (bytes: number): Promise<void> => {
      if (bytes < 65_536) await setTimeout(3000);
    };
    expect(await sink.put(objectKey('a'), body, { pace })).toMatchObject({ sizeBytes: body.byteLength });
  });

  it('ends with what ended the pace, though it is no error', async () => {
    const { sink } = await openScripted(emptyBucket());
    await sink.put(objectKey('first'), body);
    const refused = (cause: unknown) => (): Promise<void> => Promise.reject(cause);
    await rejectsWith(
      sink.put(objectKey('a'), body, { pace: refused(new Error('no more')) }),
      'sink-failed',
      /no more/,
    );
    await rejectsWith(sink.put(objectKey('b'), body, { pace: refused('text') }), 'sink-failed', /pace of a put/);
  });
});

describe('a slow server', () => {
  it('is no stalled one', async () => {
    const pieces = Readable.from(trickle(), { objectMode: false });
    const headers = { etag: '"x"', 'content-length': '16' };
    const { sink } = await openScripted(() => ({ status: 200, headers, body: pieces }), { idleTimeoutMs: 2000 });
    expect(Buffer.from(await sink.get(objectKey('a'))).toString()).toBe('a'.repeat(16));
  });
});

/** Takes longer than a call may be without progress. */
async function* trickle(): AsyncGenerator<string> {
  for (let index = 0; index < 16; index += 1) {
    await setTimeout(200);
    yield 'a';
  }
}

describe('a server that answers nothing', () => {
  it('is given up, and an abort is heard meanwhile', async () => {
    const { sink } = await openScripted(() => undefined, { idleTimeoutMs: 400 });
    await rejectsWith(sink.get(objectKey('a')), 'sink-unreachable', /no byte moved for 0.4 seconds/);
    const controller = new AbortController();
    const reason = new Error('enough');
    void setTimeout(50).then(() => controller.abort(reason));
    await expect(sink.get(objectKey('a'), { signal: controller.signal })).rejects.toBe(reason);
  });
});
