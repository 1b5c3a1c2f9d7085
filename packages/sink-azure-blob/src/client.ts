import type { Agent } from 'node:http';
import { AnonymousCredential, ContainerClient, newPipeline, type StoragePipelineOptions } from '@azure/storage-blob';
import type { Access, Credentials } from './credentials.ts';

/** The SDK's client of a container, that neither retries nor finds its own way through proxies. */
export function containerClient({ endpoint, credentials }: Access, container: string, agent: Agent): ContainerClient {
  const options: StoragePipelineOptions & { readonly agent: Agent } = {
    retryOptions: { maxTries: 1 },
    userAgentOptions: { userAgentPrefix: 'adcs-backup' },
    agent,
  };
  const url = `${endpoint.href.replace(/\/$/, '')}/${container}`;
  const signed = credentials.kind === 'sas' ? `${url}?${credentials.sas}` : url;
  return new ContainerClient(signed, newPipeline(credentialOf(credentials), options));
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
