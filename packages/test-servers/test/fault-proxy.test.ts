import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FaultProxy } from '../src/proxy/fault-proxy.ts';
import type { FaultRule } from '../src/proxy/faults.ts';

interface Received {
  readonly request: string;
  readonly host: string | undefined;
  readonly bytes: number;
  readonly whole: boolean;
}

/** A server that answers each request with 1000 bytes, and tells what reached it. */
async function place(...rules: readonly FaultRule[]): Promise<{ proxy: FaultProxy; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (asked, answer) => {
    let bytes = 0;
    try {
      for await (const chunk of asked) bytes += chunk.length;
    } catch {
      // Told by `whole`.
    }
    received.push({ request: `${asked.method} ${asked.url}`, host: asked.headers.host, bytes, whole: asked.complete });
    answer.setHeader('x-test', 'from the server').end(Buffer.alloc(1000));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await FaultProxy.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}/root/`);
  for (const rule of rules) proxy.add(rule);
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    server.close();
    server.closeAllConnections();
  });
  return { proxy, received };
}

const put = { method: 'PUT', body: Buffer.alloc(500_000) };

describe('a proxy without faults', () => {
  it('passes requests and answers as they are, and remembers them', async () => {
    const { proxy, received } = await place();
    const answer = await fetch(`${proxy.endpoint}/a%20b?c=d`, { ...put, headers: { 'x-secret': '1' } });
    expect(proxy.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/root$/);
    expect(answer.headers.get('x-test')).toBe('from the server');
    expect((await answer.arrayBuffer()).byteLength).toBe(1000);
    const { host } = new URL(proxy.endpoint);
    expect(received).toEqual([{ request: 'PUT /root/a%20b?c=d', host, bytes: 500_000, whole: true }]);
    expect(proxy.seen).toMatchObject([
      { method: 'PUT', path: '/root/a%20b?c=d', headers: { 'x-secret': '1' }, status: 200 },
    ]);
  });

  it('is down when told so, and comes back', async () => {
    const { proxy, received } = await place();
    await proxy.goDown();
    await expect(fetch(proxy.endpoint)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await proxy.goUp();
    expect((await fetch(proxy.endpoint)).status).toBe(200);
    expect(received).toHaveLength(1);
  });
});

describe('a fault', () => {
  it('refuse: the server hears nothing', async () => {
    const { proxy, received } = await place({ fault: { kind: 'refuse' } });
    await expect(fetch(proxy.endpoint, put)).rejects.toThrow('fetch failed');
    expect(received).toEqual([]);
  });

  it('cut-request: the server gets a part of the body', async () => {
    const { proxy, received } = await place({ fault: { kind: 'cut-request', afterBytes: 100_000 } });
    await expect(fetch(proxy.endpoint, put)).rejects.toThrow('fetch failed');
    await expect.poll(() => received).toMatchObject([{ whole: false }]);
    expect(received[0]?.bytes).toBeLessThanOrEqual(100_000);
  });

  it('cut-response: the client gets a part of the body', async () => {
    const { proxy, received } = await place({ fault: { kind: 'cut-response', afterBytes: 10 } });
    const answer = await fetch(proxy.endpoint);
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
    expect(received).toHaveLength(1);
  });

  it('lose-reply: the server has done it', async () => {
    const { proxy, received } = await place({ fault: { kind: 'lose-reply' } });
    await expect(fetch(proxy.endpoint, put)).rejects.toThrow('fetch failed');
    expect(received).toMatchObject([{ bytes: 500_000, whole: true }]);
    expect(proxy.seen).toMatchObject([{ status: undefined }]);
  });

  it('stall: nobody hears anything', async () => {
    const { proxy, received } = await place({ fault: { kind: 'stall' } });
    await expect(fetch(proxy.endpoint, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
    expect(received).toEqual([]);
  });

  it('answer: this one instead of the server, and without a body for HEAD', async () => {
    const fault = { kind: 'answer', status: 503, headers: { 'x-test': 'made up' }, body: 'slow down' } as const;
    const { proxy, received } = await place({ fault });
    const answer = await fetch(proxy.endpoint, put);
    expect([answer.status, answer.headers.get('x-test'), await answer.text()]).toEqual([503, 'made up', 'slow down']);
    expect(await (await fetch(proxy.endpoint, { method: 'HEAD' })).text()).toBe('');
    expect(received).toEqual([]);
  });

  it('delay and slow: all arrives in the end', async () => {
    const { proxy, received } = await place(
      { fault: { kind: 'delay', ms: 100 }, times: 1 },
      { fault: { kind: 'slow', bytesPerSecond: 1_000_000 }, times: 1 },
    );
    for (const _ of [1, 2]) expect((await (await fetch(proxy.endpoint, put)).arrayBuffer()).byteLength).toBe(1000);
    expect(received).toMatchObject([{ bytes: 500_000 }, { bytes: 500_000 }]);
  });

  it('meets the requests that its rule names', async () => {
    const fault = { kind: 'answer', status: 500 } as const;
    const { proxy } = await place({ fault, when: ({ method }) => method === 'PUT', after: 1, times: 1 });
    const statuses: number[] = [];
    for (const method of ['PUT', 'GET', 'PUT', 'PUT']) statuses.push((await fetch(proxy.endpoint, { method })).status);
    expect(statuses).toEqual([200, 200, 500, 200]);
    proxy.add({ fault });
    expect((await fetch(proxy.endpoint)).status).toBe(500);
    proxy.clear();
    expect((await fetch(proxy.endpoint)).status).toBe(200);
  });
});
