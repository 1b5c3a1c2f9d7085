import {
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { AzureAccess } from './azurite.ts';

/** A client for what the tools under test don't do; over `https` only in a process that trusts `access.authority`. */
export function containerClient({ endpoint, account, key }: AzureAccess, name: string): ContainerClient {
  return new ContainerClient(`${endpoint}/${name}`, new StorageSharedKeyCredential(account, key));
}

/** A new container; names have at least 3 characters. */
export async function createContainer(access: AzureAccess, name: string): Promise<ContainerClient> {
  const client = containerClient(access, name);
  await client.create();
  return client;
}

/** The blobs below `prefix`, which is left out of their names. */
export async function readContainer(
  access: AzureAccess,
  name: string,
  prefix: string = '',
): Promise<Map<string, Buffer>> {
  const client = containerClient(access, name);
  const blobs = new Map<string, Buffer>();
  for await (const blob of client.listBlobsFlat({ prefix })) {
    blobs.set(blob.name.slice(prefix.length), await client.getBlobClient(blob.name).downloadToBuffer());
  }
  return blobs;
}

/** A shared access signature for one container, for the next hour: rights as letters, `rl` for reading and listing. */
export function sharedAccessSignature(
  { account, key }: AzureAccess,
  containerName: string,
  { rights, expiresOn = new Date(Date.now() + 3_600_000) }: { readonly rights: string; readonly expiresOn?: Date },
): string {
  const permissions = ContainerSASPermissions.parse(rights);
  const credential = new StorageSharedKeyCredential(account, key);
  return generateBlobSASQueryParameters({ containerName, permissions, expiresOn }, credential).toString();
}
