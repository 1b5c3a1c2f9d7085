import type { Agent } from 'node:http';
import {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  newPipeline,
  type StoragePipelineOptions,
} from '@azure/storage-blob';
import type { Access, Credentials } from './credentials.ts';

/** The SDK's clients for one container. */
export interface Clients {
  readonly container: ContainerClient;
  /** Of the account that the container is in. */
  readonly service: BlobServiceClient;
}

/** Clients that neither retry nor find their own way through proxies. */
export function clientsFor({ endpoint, credentials }: Access, container: string, agent: Agent): Clients {
  const options: StoragePipelineOptions & { readonly agent: Agent } = {
    retryOptions: { maxTries: 1 },
    userAgentOptions: { userAgentPrefix: 'adcs-backup' },
    agent,
  };
  const pipeline = newPipeline(credentialOf(credentials), options);
  const account = endpoint.href.replace(/\/$/, '');
  const signature = credentials.kind === 'sas' ? `?${credentials.sas}` : '';
  return {
    container: new ContainerClient(`${account}/${container}${signature}`, pipeline),
    service: new BlobServiceClient(`${account}/${signature}`, pipeline),
  };
}

function credentialOf(credentials: Credentials): Parameters<typeof newPipeline>[0] {
  switch (credentials.kind) {
    case 'account-key':
      return credentials.key;
    case 'sas':
      return new AnonymousCredential();
    case 'identity':
      return credentials.tokens;
  }
}
