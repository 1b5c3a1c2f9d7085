import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { azureBlobLocation, openAzureBlobSink, sinkPlugin } from '../src/index.ts';

const environment = { AZURE_STORAGE_KEY: Buffer.alloc(64, 7).toString('base64') };

function refusal(text: string): unknown {
  try {
    return azureBlobLocation(new URL(text));
  } catch (error) {
    return error;
  }
}

describe('azureBlobLocation', () => {
  it.each([
    ['azblob://pkibackups/ca0', { account: 'pkibackups', container: 'ca0', prefix: '' }],
    ['azblob://pkibackups/ca0/', { account: 'pkibackups', container: 'ca0', prefix: '' }],
    ['azblob://pkibackups/ca0/a/B.c_d-1/', { account: 'pkibackups', container: 'ca0', prefix: 'a/B.c_d-1' }],
    ['azblob://pkibackups/ca0?tier=cool', { account: 'pkibackups', container: 'ca0', prefix: '', tier: 'Cool' }],
  ])('reads %s', (text, location) => {
    expect(azureBlobLocation(new URL(`${text}`))).toEqual(location);
  });

  it.each([
    ['https://account.blob.core.usgovcloudapi.net', 'https://account.blob.core.usgovcloudapi.net/'],
    ['https://account.privatelink.example/', 'https://account.privatelink.example/'],
    ['https://storage.example:8443/account', 'https://storage.example:8443/account'],
    ['http://127.0.0.1:10000/account', 'http://127.0.0.1:10000/account'],
    ['http://127.0.0.1:10000', 'http://127.0.0.1:10000/account'],
    ['http://localhost:10000/account/', 'http://localhost:10000/account'],
    ['https://[::1]:10000', 'https://[::1]:10000/account'],
  ])('takes the endpoint %s', (endpoint, href) => {
    const location = azureBlobLocation(new URL(`azblob://account/container?endpoint=${encodeURIComponent(endpoint)}`));
    expect(location.endpoint?.href).toBe(href);
  });

  it.each([
    ['azblob://PkiBackups/container', /account names have/],
    ['azblob://pk/container', /account names have/],
    ['azblob:///container', /account names have/],
    ['azblob://account', /container names have/],
    ['azblob://account/Container', /container names have/],
    ['azblob://account/a--b', /container names have/],
    ['azblob://account/ab', /container names have/],
    ['azblob://account/container/a b', /Use parts of/],
    ['azblob://account/container/a//b', /Use parts of/],
    ['azblob://account/container/nul/b', /Use parts of/],
    [`azblob://account/container/${'d/'.repeat(51)}`, /Use parts of/],
    ['azblob://account:1234/container', /azblob:\/\/account\/container/],
    ['azblob://account/container#x', /azblob:\/\/account\/container/],
    ['azblob://account/container?teir=Hot', /Did you mean tier\?.*Known: endpoint, tier/],
    ['azblob://account/container?region=x', /^Known: endpoint, tier/],
    ['azblob://account/container?tier=Hot&tier=Cool', /azblob:\/\/account\/container/],
    ['azblob://account/container?tier=Archive', /Hot, Cool or Cold/],
    ['azblob://account/container?endpoint=nonsense', /address of the blob service/],
    ['azblob://account/container?endpoint=ftp://host', /address of the blob service/],
    ['azblob://account/container?endpoint=https://host/other', /address of the blob service/],
    ['azblob://account/container?endpoint=https://host/account?x=1', /address of the blob service/],
    ['azblob://account/container?endpoint=http://host.example', /Use https:/],
    ['s3://bucket/prefix', /azblob:\/\/account\/container/],
  ])('refuses %s with a remedy', (text, hint) => {
    expect(refusal(text)).toMatchObject({ code: 'invalid-location', hint: expect.stringMatching(hint) });
  });

  it.each([
    'azblob://user:canary-secret@account/container',
    'azblob://canary-secret@account/container',
    'azblob://account/container?sv=2024-01-01&sp=rcl&sig=canary-secret',
    'azblob://account/container?se=canary-secret',
    'azblob://account/container?account_key=canary-secret',
    'azblob://account/container?endpoint=https://user:canary-secret@host',
    'azblob://account/container?endpoint=https://host?sig=canary-secret',
  ])('refuses the credentials in %s, and repeats none', (text) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: 'invalid-location' });
    expect(inspect(error)).not.toContain('canary-secret');
  });

  it('names the variables that credentials belong into', () => {
    const hint = expect.stringMatching(/AZURE_STORAGE_SAS_TOKEN.*AZURE_STORAGE_KEY.*AZURE_STORAGE_CONNECTION_STRING/);
    expect(refusal('azblob://account/container?sig=x')).toMatchObject({ hint });
  });
});

describe('the location of an Azure Blob sink', () => {
  it.each([
    'azblob://account/container',
    'azblob://account/container/a/b?tier=Cold',
    'azblob://account/container/a?endpoint=http://127.0.0.1:10000/account&tier=Hot',
  ])('is %s, as it was written', async (text) => {
    const sink = await openAzureBlobSink({ ...azureBlobLocation(new URL(text)), environment });
    onTestFinished(() => sink[Symbol.asyncDispose]());
    expect(sink.location).toBe(text);
  });

  it('is checked when it is given in parts, too', async () => {
    const opening = openAzureBlobSink({ account: 'Account', container: 'container', environment });
    await expect(opening).rejects.toMatchObject({ code: 'invalid-location' });
  });
});

describe('the Azure Blob plug-in', () => {
  it('opens azblob: URLs, without a call to the server', async () => {
    expect(sinkPlugin.schemes).toEqual(['azblob']);
    const sink = await sinkPlugin.open(new URL('azblob://doesnotexist/container'));
    onTestFinished(() => sink[Symbol.asyncDispose]());
    expect(sink.location).toBe('azblob://doesnotexist/container');
  });

  it('refuses a proxy without an address, and repeats nothing of it', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://us er:canary-secret@proxy:99999');
    onTestFinished(() => void vi.unstubAllEnvs());
    const opening = sinkPlugin.open(new URL('azblob://account/container'));
    await expect(opening).rejects.toMatchObject({
      code: 'invalid-configuration',
      hint: expect.stringMatching(/HTTPS_PROXY/),
    });
    await expect(opening).rejects.toSatisfy((error) => !inspect(error).includes('canary-secret'));
  });

  it('opens nothing when the signal is aborted', async () => {
    const reason = new Error('enough');
    const opening = sinkPlugin.open(new URL('azblob://account/container'), { signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
  });
});
