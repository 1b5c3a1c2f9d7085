import { once } from 'node:events';
import { createServer } from 'node:net';
import { objectKey, withRetry } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { describeWithAzurite } from '@adcs-backup/test-servers/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAzureBlobSink } from '../src/index.ts';
import { blob, refusal } from './answers.ts';
import { openFaulty } from './faulty-place.ts';

const key = objectKey('a/b');
const body = bytesOf('faults', 300_000);

describeWithAzurite('an Azure Blob sink behind a bad network', (access) => {
  it('says sink-unreachable when a reply is lost, and a retry finds its own object', async () => {
    const { sink, plain, proxy } = await openFaulty(access);
    proxy.add({ when: ({ method }) => method === 'PUT', fault: { kind: 'lose-reply' }, times: 1 });
    const attempts: string[] = [];
    const retrying = withRetry(sink, {
      onRetry: ({ error }) => attempts.push(error.code),
      sleep: async () => undefined,
    });
    await expect(retrying.put(key, body)).resolves.toMatchObject({ key, sizeBytes: body.byteLength });
    expect(attempts).toEqual(['sink-unreachable']);
    expect(await plain.get(key)).toEqual(body);
  });

  it('makes each request once: whoever calls decides on retries', async () => {
    const { sink, fault, proxy } = await openFaulty(access);
    fault(refusal(503, 'ServerBusy'));
    const calls = [() => sink.put(key, body), () => sink.get(key), () => sink.stat(key), () => keysOf(sink, '')];
    for (const call of calls) {
      expect(await rejectsWith(call(), 'sink-unreachable', /ServerBusy/)).toMatchObject({ retryable: true });
    }
    expect(proxy.seen).toHaveLength(calls.length);
  });

  it('reads once, too, when a reply breaks off', async () => {
    const { sink, plain, fault, proxy } = await openFaulty(access);
    await plain.put(key, body);
    fault({ kind: 'cut-response', afterBytes: 100_000 });
    const error = await rejectsWith(sink.get(key), 'sink-unreachable', /a\/b: \d+ of 300000 bytes came$/);
    expect(error.retryable).toBe(true);
    expect(proxy.seen).toHaveLength(1);
  });

  it('gives up on a server that makes no progress', async () => {
    const { sink, fault } = await openFaulty(access, { patience: { idleMs: 300 } });
    fault({ kind: 'stall' });
    const calls = [() => sink.put(key, body), () => sink.get(key), () => sink.stat(key), () => sink.delete(key)];
    for (const call of [...calls, () => keysOf(sink, '')]) {
      expect(await rejectsWith(call(), 'sink-unreachable', /no progress in 0.3 s/)).toMatchObject({ retryable: true });
    }
  });

  it('has patience with a server that is slow', async () => {
    const { sink, plain, fault } = await openFaulty(access, { patience: { idleMs: 1500 } });
    await plain.put(key, body);
    fault({ kind: 'slow', bytesPerSecond: 100_000 }, 'GET');
    expect(await sink.get(key)).toEqual(body);
  });

  it.each([
    [refusal(500, 'InternalError'), 'sink-unreachable', true],
    [refusal(429, 'TooManyRequests'), 'sink-unreachable', true],
    [refusal(400, 'Md5Mismatch'), 'sink-failed', true],
    [refusal(403, 'AuthorizationPermissionMismatch'), 'sink-denied', false],
    [refusal(409, 'BlobBeingRehydrated'), 'sink-failed', false],
    [refusal(418, 'NeverHeardOf'), 'sink-failed', false],
    [{ kind: 'answer', status: 404, body: 'nginx' }, 'invalid-location', false],
    [{ kind: 'answer', status: 502, body: '<html>' }, 'sink-unreachable', true],
    [{ kind: 'answer', status: 200, headers: {}, body: 'welcome' }, 'sink-failed', false],
  ] as const)('takes %o for what it is', async (fault, code, retryable) => {
    const { sink, fault: add } = await openFaulty(access);
    add(fault);
    expect(await rejectsWith(keysOf(sink, ''), code)).toMatchObject({ retryable });
  });

  it('tells by how much the clock is wrong', async () => {
    const { sink, fault } = await openFaulty(access);
    const date = new Date(Date.now() + 90 * 60_000).toUTCString();
    fault(refusal(403, 'AuthenticationFailed', { date }));
    const error = await rejectsWith(sink.get(key), 'sink-denied');
    expect(error.hint).toContain('The clock of this computer is 90 minutes behind the server');
    expect(error.message).not.toContain('RequestId');
    expect(error.cause).toMatchObject({ code: 'AuthenticationFailed', statusCode: 403, requestId: 'a-request' });
  });

  it('notices bytes that were changed, in whole objects and in parts', async () => {
    const { sink, fault } = await openFaulty(access);
    const md5 = Buffer.alloc(16, 1).toString('base64');
    fault(blob({ 'content-md5': md5 }, 'other bytes'), 'GET');
    await rejectsWith(sink.get(key), 'integrity-failed', /a\/b/);
    await rejectsWith(sink.get(key, { range: { offset: 0, length: 11 } }), 'integrity-failed', /a\/b/);
  });

  it('asks for the MD5 of parts, and sends that of objects', async () => {
    const { sink, proxy } = await openFaulty(access);
    await sink.put(key, body);
    await sink.get(key, { range: { offset: 10, length: 20 } });
    const [put, get] = proxy.seen;
    expect(put?.headers).toMatchObject({ 'if-none-match': '*', 'content-md5': expect.stringMatching(/==$/) });
    expect(get?.headers).toMatchObject({ 'x-ms-range-get-content-md5': 'true' });
  });
});

describe('an Azure Blob sink without an answer', () => {
  it('gives up on a connection that does not come to stand', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const sink = await openAzureBlobSink({
      account: 'account',
      container: 'container',
      endpoint: new URL(`https://127.0.0.1:${port}/account`),
      environment: { AZURE_STORAGE_KEY: Buffer.alloc(64).toString('base64') },
      patience: { connectMs: 300 },
    });
    onTestFinished(() => sink[Symbol.asyncDispose]());
    const error = await rejectsWith(sink.stat(key), 'sink-unreachable', /no connection in 0.3 s/);
    expect(error.retryable).toBe(true);
  });
});
