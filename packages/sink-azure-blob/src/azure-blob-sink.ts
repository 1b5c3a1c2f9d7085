import type { Agent } from 'node:http';
import { AdcsBackupError } from '@adcs-backup/core';
import {
  type BackupSink,
  type CallOptions,
  type GetOptions,
  MAX_OBJECT_BYTES,
  type ObjectKey,
  type ObjectVersion,
  objectKey,
  type PutOptions,
  type SinkSetting,
  type SinkSupports,
  type StoredObject,
} from '@adcs-backup/core/sink';
import type { BlobClient, BlockBlobClient } from '@azure/storage-blob';
import { abortable } from './abortable.ts';
import { agentFor, type Patience } from './agent.ts';
import { type Clients, clientsFor } from './client.ts';
import { type Access, accessFrom, type Environment } from './credentials.ts';
import { azureBlobError, isMissing } from './errors.ts';
import { causeOf } from './failure.ts';
import { downloadBlob } from './get.ts';
import { type Listing, listObjects, listVersions, onlyVersion } from './list.ts';
import { type AzureBlobLocation, checkNames, shownLocation } from './location.ts';
import { uploadBlob } from './put.ts';
import { notFoundError, tooLargeError } from './refusals.ts';
import { readSettings } from './settings.ts';

export interface AzureBlobSinkOptions extends AzureBlobLocation, CallOptions {
  /** Where the credentials are looked for; default: that of the process. */
  readonly environment?: Environment | undefined;
  /** How long the server may take. */
  readonly patience?: Patience | undefined;
}

/**
 * Opens a container of Azure Blob Storage, which must exist, as a sink. Makes no call to the server.
 * @throws `invalid-location`, `invalid-configuration` for credentials that can't be ones
 */
export async function openAzureBlobSink(options: AzureBlobSinkOptions): Promise<BackupSink> {
  options.signal?.throwIfAborted();
  checkNames(options);
  const access = accessFrom(options.environment ?? process.env, options);
  return new AzureBlobSink(options, access);
}

interface Action extends CallOptions {
  /** In a message, after "can't". */
  readonly text: string;
  readonly key?: ObjectKey;
}

class AzureBlobSink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports = { retention: true, versions: true, pacing: true };
  readonly #options: AzureBlobSinkOptions;
  readonly #access: Access;
  readonly #agent: Agent;
  readonly #clients: Clients;
  #disposed: boolean = false;

  constructor(options: AzureBlobSinkOptions, access: Access) {
    this.location = shownLocation(options);
    this.#options = options;
    this.#access = access;
    this.#agent = agentFor(access.endpoint, options.patience);
    this.#clients = clientsFor(access, options.container, this.#agent);
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    return await this.#act({ text: `store object ${key}`, key, signal: options.signal }, async () => {
      const what = `object ${key}`;
      if (body.byteLength > MAX_OBJECT_BYTES) throw tooLargeError(what, body.byteLength, MAX_OBJECT_BYTES);
      const modifiedAt = await uploadBlob(this.#blob(key), { ...options, what, body, tier: this.#options.tier });
      return { key, sizeBytes: body.byteLength, modifiedAt };
    });
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#act({ text: `read object ${key}`, key, signal: options.signal }, async () => {
      try {
        return await downloadBlob(this.#version(key, options.version), `object ${key}`, options);
      } catch (error) {
        throw isMissing(error) ? notFoundError(`object ${key}`, causeOf(error)) : error;
      }
    });
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#act({ text: `look for object ${key}`, key, signal: options.signal }, async () => {
      return await statBlob(this.#blob(key), key, options);
    });
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const action = { text: `list objects ${prefix}*`, signal: options.signal };
    const objects = listObjects(this.#listing(options), prefix);
    for (;;) {
      const next = await this.#act(action, () => objects.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#act({ text: `delete object ${key}`, key, signal: options.signal }, async () => {
      try {
        await this.#blob(key).delete(abortable(options.signal));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    const action = { text: `list the versions of object ${key}`, key, signal: options.signal };
    return await this.#act(action, () => listVersions(this.#listing(options), key));
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    const { credentials } = this.#access;
    const place = { ...this.#clients, credentials, signal: options.signal };
    return await this.#act({ text: 'read the settings of the container', ...options }, () => readSettings(place));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#agent.destroy();
  }

  get #prefix(): string {
    return this.#options.prefix === undefined || this.#options.prefix === '' ? '' : `${this.#options.prefix}/`;
  }

  #blob(key: ObjectKey): BlockBlobClient {
    return this.#clients.container.getBlockBlobClient(this.#prefix + key);
  }

  #version(key: ObjectKey, version: string | undefined): BlobClient {
    const blob = this.#blob(key);
    return version === undefined || version === onlyVersion ? blob : blob.withVersion(version);
  }

  #listing({ signal }: CallOptions): Listing {
    return { container: this.#clients.container, prefix: this.#prefix, signal };
  }

  /** Runs one call of the port; what it rejects with is the signal's reason or an AdcsBackupError. */
  async #act<T>({ text, key, signal }: Action, work: () => Promise<T>): Promise<T> {
    if (this.#disposed) throw new AdcsBackupError('internal', `can't ${text}: the sink ${this.location} is closed`);
    if (key !== undefined) objectKey(key);
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw azureBlobError(`${this.location}: can't ${text}`, error);
    }
  }
}

async function statBlob(blob: BlobClient, key: ObjectKey, { signal }: CallOptions): Promise<StoredObject | undefined> {
  try {
    /* v8 ignore next 2 -- @preserve the service always says both, the types don't */
    const { contentLength = 0, lastModified } = await blob.getProperties(abortable(signal));
    return { key, sizeBytes: contentLength, modifiedAt: lastModified ?? new Date(0) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
