import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { agentFor } from '../src/agent.ts';

it('is as patient on a connection that the server keeps only for a short time as on any other', async () => {
  const sockets = new Set<unknown>();
  const server = createServer(async (asked, answer) => {
    sockets.add(asked.socket);
    if (asked.url === '/slow') await setTimeout(1500);
    answer.setHeader('Keep-Alive', 'timeout=2').end('answered');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const agent = agentFor(endpoint, { idleMs: 20_000 });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  for (const path of ['/quick', '/slow']) {
    const [answer] = await once(get(new URL(path, endpoint), { agent }), 'response');
    expect(await text(answer)).toBe('answered');
  }
  expect(sockets.size).toBe(1);
});
