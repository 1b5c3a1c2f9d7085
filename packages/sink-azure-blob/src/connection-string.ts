import { publicServiceUrl, serviceUrl } from './endpoint.ts';
import { invalidConfiguration } from './refusals.ts';

/** What the sink needs of `AZURE_STORAGE_CONNECTION_STRING`. */
export interface ConnectionString {
  readonly endpoint: URL;
  readonly accountKey?: string | undefined;
  readonly sas?: string | undefined;
}

const hint =
  'Copy AZURE_STORAGE_CONNECTION_STRING from the access keys of the storage account: AccountName=…;AccountKey=…, or BlobEndpoint=…;SharedAccessSignature=….';

/**
 * Reads a connection string for `account`. Its text is a secret, and appears in no message.
 * @throws `invalid-configuration`, also when it belongs to another account
 */
export function connectionString(text: string, account: string): ConnectionString {
  const fields = new Map(text.split(';').flatMap(fieldOf));
  const named = fields.get('AccountName') ?? accountOf(fields.get('BlobEndpoint'));
  if (named === undefined) throw invalidConfiguration('the connection string names no storage account', hint);
  if (named !== account) {
    throw invalidConfiguration(
      `the connection string is for the account ${JSON.stringify(named)}, the location for ${account}`,
      'Set the connection string of the account in the location, or correct the location.',
    );
  }
  const accountKey = fields.get('AccountKey');
  const sas = fields.get('SharedAccessSignature');
  if (accountKey === undefined && sas === undefined) {
    throw invalidConfiguration('the connection string has neither AccountKey nor SharedAccessSignature', hint);
  }
  return { endpoint: endpointOf(fields, account), accountKey, sas };
}

/** A key ends in `=`, a signature has several: only the first one separates. */
function fieldOf(field: string): [string, string][] {
  const index = field.indexOf('=');
  return index < 0 ? [] : [[field.slice(0, index).trim(), field.slice(index + 1).trim()]];
}

function accountOf(blobEndpoint: string | undefined): string | undefined {
  const url = blobEndpoint === undefined ? null : URL.parse(blobEndpoint);
  if (url === null) return undefined;
  return url.pathname === '/' ? url.hostname.split('.')[0] : url.pathname.split('/')[1];
}

function endpointOf(fields: ReadonlyMap<string, string>, account: string): URL {
  const blobEndpoint = fields.get('BlobEndpoint');
  if (blobEndpoint !== undefined) return serviceUrl(blobEndpoint, account);
  const suffix = fields.get('EndpointSuffix');
  return suffix === undefined ? publicServiceUrl(account) : serviceUrl(`https://${account}.blob.${suffix}`, account);
}
