import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, accessFrom, type Environment } from '../src/credentials.ts';
import { azureBlobLocation } from '../src/location.ts';

const key = Buffer.alloc(64, 0xfb).toString('base64');
const sas = 'sv=2024-11-04&sp=rcl&se=2030-01-01T00%3A00%3A00Z&sr=c&sig=canary%2Fsignature%3D';

function access(environment: Environment, url = 'azblob://account/container'): Access {
  return accessFrom(environment, azureBlobLocation(new URL(url)));
}

function kindOf(environment: Environment): string {
  const { credentials } = access(environment);
  return `${credentials.kind} from ${credentials.from}`;
}

describe('accessFrom', () => {
  const all = {
    AZURE_STORAGE_CONNECTION_STRING: `AccountName=account;AccountKey=${key}`,
    AZURE_STORAGE_SAS_TOKEN: sas,
    AZURE_STORAGE_KEY: key,
  };

  it('takes the connection string first, then the signature, then the key, else an identity', () => {
    expect(kindOf(all)).toBe('account-key from AZURE_STORAGE_CONNECTION_STRING');
    expect(kindOf({ ...all, AZURE_STORAGE_CONNECTION_STRING: '' })).toBe('sas from AZURE_STORAGE_SAS_TOKEN');
    expect(kindOf({ AZURE_STORAGE_SAS_TOKEN: ' ', AZURE_STORAGE_KEY: key })).toBe('account-key from AZURE_STORAGE_KEY');
    expect(kindOf({})).toBe('identity from DefaultAzureCredential');
  });

  it('takes a signature with or without its question mark', () => {
    for (const text of [sas, `?${sas}`, ` ?${sas}\n`]) {
      expect(access({ AZURE_STORAGE_SAS_TOKEN: text }).credentials).toMatchObject({ kind: 'sas', sas });
    }
  });

  it.each([
    [`AccountName=account;AccountKey=${key}`, 'https://account.blob.core.windows.net/'],
    [
      `AccountName=account;AccountKey=${key};EndpointSuffix=core.chinacloudapi.cn`,
      'https://account.blob.core.chinacloudapi.cn/',
    ],
    [`BlobEndpoint=https://account.blob.example/;SharedAccessSignature=${sas}`, 'https://account.blob.example/'],
    [`BlobEndpoint=http://127.0.0.1:1/account;SharedAccessSignature=${sas}`, 'http://127.0.0.1:1/account'],
  ])('finds the endpoint of %s', (text, href) => {
    expect(access({ AZURE_STORAGE_CONNECTION_STRING: text }).endpoint.href).toBe(href);
  });

  it('prefers the endpoint of the location', () => {
    const environment = { AZURE_STORAGE_CONNECTION_STRING: `AccountName=account;AccountKey=${key}` };
    const found = access(environment, 'azblob://account/container?endpoint=https://private.example');
    expect(found.endpoint.href).toBe('https://private.example/');
  });

  it.each([
    [{ AZURE_STORAGE_CONNECTION_STRING: `AccountName=other;AccountKey=${key}` }, /account "other".*for account$/],
    [
      { AZURE_STORAGE_CONNECTION_STRING: `BlobEndpoint=https://other.blob.example;SharedAccessSignature=${sas}` },
      /account "other"/,
    ],
    [{ AZURE_STORAGE_CONNECTION_STRING: `AccountKey=${key}` }, /names no storage account/],
    [{ AZURE_STORAGE_CONNECTION_STRING: `BlobEndpoint=${key};AccountKey=${key}` }, /names no storage account/],
    [{ AZURE_STORAGE_CONNECTION_STRING: 'AccountName=account' }, /neither AccountKey nor/],
    [{ AZURE_STORAGE_SAS_TOKEN: key }, /holds no shared access signature/],
    [{ AZURE_STORAGE_KEY: 'canary secret' }, /holds no account key/],
  ])('refuses %o, and repeats no secret', (environment, message) => {
    let refusal: unknown;
    try {
      access(environment);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'invalid-configuration', message: expect.stringMatching(message) });
    expect(inspect(refusal)).not.toMatch(/canary|=$/);
    expect(inspect(refusal)).not.toContain(key);
  });

  it('refuses to send the token of an identity without encryption', () => {
    expect(() => access({}, 'azblob://account/container?endpoint=http://127.0.0.1:10000')).toThrowError(
      expect.objectContaining({ code: 'invalid-configuration' }),
    );
  });

  it('shows nothing of a connection string that it refuses, whatever it is', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 20 }), fc.string(), (secret, noise) => {
        const text = `AccountName=other;${noise};AccountKey=${secret}`;
        expect(() => access({ AZURE_STORAGE_CONNECTION_STRING: text })).toThrowError(
          expect.toSatisfy((error: unknown) => !inspect(error).includes(secret)),
        );
      }),
    );
  });
});
