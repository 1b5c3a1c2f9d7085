import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
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
