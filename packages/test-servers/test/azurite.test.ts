import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { createContainer } from '../src/azure-containers.ts';
import { startAzurite } from '../src/azurite.ts';
import { describeWithAzurite } from '../src/vitest/describe-with-server.ts';

describeWithAzurite('Azurite', (access) => {
  it('gives back what was put', async () => {
    const blob = (await createContainer(access, 'round-trip')).getBlockBlobClient('a/b');
    await blob.upload('content', 7);
    expect((await blob.downloadToBuffer()).toString()).toBe('content');
  });
});

it('is killed and comes back on the same port, by HTTPS too', async () => {
  const server = await startAzurite({ https: true });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { endpoint, authority } = server.access;
  const status = async (): Promise<number | undefined> => {
    const [response] = await once(get(endpoint, { agent: new Agent({ ca: authority }) }), 'response');
    return response.statusCode;
  };
  expect(await status()).toBe(400);
  await server.kill();
  await expect(status()).rejects.toThrow('ECONNREFUSED');
  await server.restart();
  expect(await status()).toBe(400);
});
