import { ContainerClient, RestError } from '@azure/storage-blob';
import type { AzureAccess } from './azurite.ts';

/**
 * What somebody with a stolen signature may try on a container. Each attempt resolves to `done`, or to the status of
 * the server's refusal.
 */
export class ContainerAttempts {
  readonly #container: ContainerClient;

  constructor({ endpoint }: AzureAccess, container: string, signature: string) {
    this.#container = new ContainerClient(`${endpoint}/${container}?${signature}`);
  }

  /** Without a condition. */
  async replace(key: string): Promise<'done' | number> {
    const bytes = Buffer.from('something else');
    return await outcomeOf(this.#container.getBlockBlobClient(key).upload(bytes, bytes.length));
  }

  async delete(key: string): Promise<'done' | number> {
    return await outcomeOf(this.#container.getBlobClient(key).delete());
  }
}

async function outcomeOf(call: Promise<unknown>): Promise<'done' | number> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof RestError && error.statusCode !== undefined) return error.statusCode;
    throw error;
  }
}
