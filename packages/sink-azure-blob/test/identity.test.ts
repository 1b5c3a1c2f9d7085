import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { startAzurite } from '@adcs-backup/test-servers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { credentialsSetting } from '../src/credentials-setting.ts';
import { LazyTokens } from '../src/tokens.ts';
import { Place } from './place.ts';

const key = objectKey('a/b');
const token = 'canary-token';

const asked: IncomingMessage[] = [];
/** Answers as the identity endpoint of a machine does. One for all: the package remembers the first that it found. */
const machine = createServer((request, response) => {
  asked.push(request);
  const expires_on = Math.floor(Date.now() / 1000) + 3600;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ access_token: token, expires_on, resource: 'x', token_type: 'Bearer' }));
});

beforeAll(async () => {
  machine.listen(0, '127.0.0.1');
  await once(machine, 'listening');
});
afterAll(() => {
  machine.closeAllConnections();
  machine.close();
});

function haveIdentity(): void {
  const address = machine.address();
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential');
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`);
  vi.stubEnv('IDENTITY_HEADER', 'canary-header');
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('an Azure Blob sink with an identity', () => {
  let azurite: Awaited<ReturnType<typeof startAzurite>> | undefined;
  const before = getCACertificates('default');
  beforeAll(async () => {
    azurite = await startAzurite({ https: true });
  }, 60_000);
  afterAll(async () => {
    setDefaultCACertificates(before);
    await azurite?.[Symbol.asyncDispose]();
  });

  function place(): Place {
    if (azurite === undefined) throw new Error('no server');
    return new Place(azurite.access);
  }

  it('names --ca-file where the certificate is not trusted', async () => {
    const sink = await place().open();
    const error = await rejectsWith(sink.put(key, bytesOf('x', 10)), 'sink-unreachable', /DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(error).toMatchObject({ retryable: false, hint: expect.stringContaining('--ca-file') });
  });

  it('stores over https once the authority is trusted', async () => {
    setDefaultCACertificates([...before, place().access.authority ?? '']);
    const there = place();
    await there.create();
    const sink = await there.open();
    await sink.put(key, bytesOf('x', 10));
    expect(await sink.get(key)).toEqual(bytesOf('x', 10));
  });

  it('gets a token for the storage service, and sends it', async () => {
    setDefaultCACertificates([...before, place().access.authority ?? '']);
    haveIdentity();
    const there = place();
    await there.create();
    const sink = await there.open({ environment: {} });
    // The emulator takes tokens only by a switch: what it says shows that one came.
    const error = await rejectsWith(sink.put(key, bytesOf('x', 10)), 'sink-denied');
    expect(asked[0]?.url).toMatch(/resource=https(?::|%3A)(?:\/\/|%2F%2F)storage\.azure\.com/);
    expect(`${error.stack} ${JSON.stringify(error.cause)}`).not.toContain(token);
  });

  it('says that no credentials were found', async () => {
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential');
    onTestFinished(() => void vi.unstubAllEnvs());
    const sink = await place().open({ environment: {} });
    const error = await rejectsWith(sink.get(key), 'sink-denied', /no credentials for Azure were found$/);
    expect(error.hint).toContain('AZURE_CLIENT_CERTIFICATE_PATH');
  });
});

describe('LazyTokens', () => {
  it('tell when the token of the sink ends', async () => {
    haveIdentity();
    const { expiresOnTimestamp } = await new LazyTokens().storageToken();
    expect(Math.abs(expiresOnTimestamp - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  it('are what the settings tell of', async () => {
    haveIdentity();
    const found = await credentialsSetting({
      kind: 'identity',
      from: 'DefaultAzureCredential',
      tokens: new LazyTokens(),
    });
    expect(found).toMatchObject({ name: 'credentials', state: 'on' });
    expect(found.message).toMatch(
      /^Microsoft Entra identity, by DefaultAzureCredential; its token ends \d{4}-.*Z and is renewed$/,
    );
    expect(found.message).not.toContain(token);
  });

  it('give up on an identity that does not answer', async () => {
    const waiting = new LazyTokens({
      patienceMs: 50,
      load: async () => ({ getToken: () => new Promise(() => undefined) }),
    });
    await expect(waiting.storageToken()).rejects.toMatchObject({ code: 'ETIMEDOUT', message: 'no token in 0.05 s' });
  });

  it('try again when the credential could not be made', async () => {
    let attempts = 0;
    const tokens = new LazyTokens({
      load: async () => {
        attempts += 1;
        throw new Error('no module');
      },
    });
    await expect(tokens.storageToken()).rejects.toThrow('no module');
    await expect(tokens.storageToken()).rejects.toThrow('no module');
    expect(attempts).toBe(2);
  });
});
