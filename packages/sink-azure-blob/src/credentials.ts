import { StorageSharedKeyCredential } from '@azure/storage-blob';
import { type ConnectionString, connectionString } from './connection-string.ts';
import { publicServiceUrl } from './endpoint.ts';
import type { AzureBlobLocation } from './location.ts';
import { invalidConfiguration } from './refusals.ts';
import { LazyTokens } from './tokens.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How the sink identifies itself. */
export type Credentials =
  | { readonly kind: 'account-key'; readonly from: string; readonly key: StorageSharedKeyCredential }
  | { readonly kind: 'sas'; readonly from: string; readonly sas: string }
  | { readonly kind: 'identity'; readonly from: string; readonly tokens: LazyTokens };

export interface Access {
  readonly endpoint: URL;
  readonly credentials: Credentials;
}

/**
 * The first that is set of a connection string, a shared access signature and an account key; otherwise what
 * DefaultAzureCredential finds, which is looked for when it is needed.
 * @throws `invalid-configuration`
 */
export function accessFrom(environment: Environment, location: AzureBlobLocation): Access {
  const { account } = location;
  const given = (name: string): string | undefined =>
    environment[name]?.trim() === '' ? undefined : environment[name];
  const whole = given('AZURE_STORAGE_CONNECTION_STRING');
  if (whole !== undefined) return fromString(connectionString(whole.trim(), account), location);
  const endpoint = location.endpoint ?? publicServiceUrl(account);
  const sas = given('AZURE_STORAGE_SAS_TOKEN');
  if (sas !== undefined) return { endpoint, credentials: sasFrom('AZURE_STORAGE_SAS_TOKEN', sas) };
  const key = given('AZURE_STORAGE_KEY');
  if (key !== undefined) return { endpoint, credentials: keyFrom('AZURE_STORAGE_KEY', { account, key }) };
  if (endpoint.protocol === 'http:') {
    throw invalidConfiguration(
      'an endpoint without encryption takes no identity',
      'Set AZURE_STORAGE_KEY, or use https:.',
    );
  }
  return { endpoint, credentials: { kind: 'identity', from: 'DefaultAzureCredential', tokens: new LazyTokens() } };
}

function fromString({ endpoint, accountKey, sas }: ConnectionString, location: AzureBlobLocation): Access {
  const from = 'AZURE_STORAGE_CONNECTION_STRING';
  const credentials =
    accountKey === undefined ? sasFrom(from, sas ?? '') : keyFrom(from, { account: location.account, key: accountKey });
  return { endpoint: location.endpoint ?? endpoint, credentials };
}

function sasFrom(from: string, text: string): Credentials {
  const sas = text.trim().replace(/^\?/, '');
  if (!new URLSearchParams(sas).has('sig')) {
    throw invalidConfiguration(
      `${from} holds no shared access signature`,
      'A signature is a text like sv=…&sp=rcl&se=…&sig=…, without the address of the container.',
    );
  }
  return { kind: 'sas', from, sas };
}

function keyFrom(from: string, { account, key }: { account: string; key: string }): Credentials {
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(key.trim())) {
    throw invalidConfiguration(
      `${from} holds no account key`,
      'Copy key1 or key2 from the access keys of the account.',
    );
  }
  return { kind: 'account-key', from, key: new StorageSharedKeyCredential(account, key.trim()) };
}
