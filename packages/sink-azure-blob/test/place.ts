import { randomBytes } from 'node:crypto';
import type { BackupSink } from '@adcs-backup/core/sink';
import { type AzureAccess, createContainer, sharedAccessSignature } from '@adcs-backup/test-servers';
import { onTestFinished } from 'vitest';
import { type AzureBlobSinkOptions, openAzureBlobSink } from '../src/index.ts';

/** A container of its own, and how to open it as a sink. */
export class Place {
  readonly access: AzureAccess;
  readonly container: string = `test-${randomBytes(6).toString('hex')}`;

  constructor(access: AzureAccess) {
    this.access = access;
  }

  async create(): Promise<void> {
    await createContainer(this.access, this.container);
  }

  get options(): AzureBlobSinkOptions {
    const { account, endpoint, key } = this.access;
    return {
      account,
      container: this.container,
      endpoint: new URL(endpoint),
      environment: { AZURE_STORAGE_KEY: key },
    };
  }

  /** For the next hour, or until it ended. */
  signature(rights: string, expiresOn: Date = new Date(Date.now() + 3_600_000)): string {
    return sharedAccessSignature(this.access, this.container, { rights, expiresOn });
  }

  /** Disposed of after the test. */
  async open(changes: Partial<AzureBlobSinkOptions> = {}): Promise<BackupSink> {
    const sink = await openAzureBlobSink({ ...this.options, ...changes });
    onTestFinished(() => sink[Symbol.asyncDispose]());
    return sink;
  }
}
