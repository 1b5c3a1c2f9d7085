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
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Bucket } from './bucket.ts';
import { type S3Credentials, s3Client } from './client.ts';
import { s3Error } from './errors.ts';
import { getObject } from './get.ts';
import { listPage, listVersions, statObject } from './list.ts';
import { s3Location } from './location.ts';
import { putObject } from './put.ts';
import { existsError, notFoundError, oddAnswerError, replacesError, tooLargeError } from './refusals.ts';
import { bucketSettings } from './settings.ts';
import { WriteOnce } from './write-once.ts';

export interface S3SinkOptions extends CallOptions {
  /** Default: the SDK's own chain of environment, files, processes and roles. */
  readonly credentials?: S3Credentials;
  /** A call in which no byte moves for so long fails as `sink-unreachable`; in milliseconds, default 60,000. */
  readonly idleTimeoutMs?: number;
}

/**
 * Opens a bucket, `s3://bucket/prefix?…`, as a sink. Asks no server: whether it is there shows with the first call.
 * @throws `invalid-location`
 */
export async function openS3Sink(location: URL | string, options: S3SinkOptions = {}): Promise<BackupSink> {
  options.signal?.throwIfAborted();
  const place = s3Location(asUrl(location));
  return new S3Sink(new Bucket(s3Client(place, options.credentials), place, options.idleTimeoutMs ?? 60_000));
}

function asUrl(location: URL | string): URL {
  const url = typeof location === 'string' ? URL.parse(location) : location;
  if (url !== null) return url;
  throw new AdcsBackupError('invalid-location', 'the location of the bucket is no URL', {
    hint: 'Write s3://bucket/prefix.',
  });
}

interface Action extends CallOptions {
  /** In a message, after "can't". */
  readonly text: string;
  readonly key?: ObjectKey;
}

class S3Sink implements BackupSink {
  readonly sinkApi = 1;
  readonly location: string;
  readonly supports: SinkSupports = { retention: true, versions: true, pacing: true };
  readonly #bucket: Bucket;
  readonly #writeOnce = new WriteOnce();
  #disposed: boolean = false;

  constructor(bucket: Bucket) {
    this.location = bucket.location.text;
    this.#bucket = bucket;
  }

  async put(key: ObjectKey, body: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const action = { text: `store object ${key}`, key, signal: options.signal };
    return await this.#act(action, async () => {
      if (body.byteLength > MAX_OBJECT_BYTES) throw tooLargeError(`object ${key}`, body.byteLength, MAX_OBJECT_BYTES);
      const { pace: _, ...unpaced } = options;
      return await this.#writeOnce.put({
        signal: options.signal,
        put: () => putObject(this.#bucket, { key, bytes: body }, options),
        putAgain: () => putObject(this.#bucket, { key, bytes: body }, unpaced),
        isThere: async () => (await statObject(this.#bucket, key, options)) !== undefined,
        exists: () => existsError(`object ${key}`),
        replaces: () => replacesError(this.location),
      });
    });
  }

  async get(key: ObjectKey, options: GetOptions = {}): Promise<Uint8Array> {
    return await this.#act({ text: `read object ${key}`, key, signal: options.signal }, async () => {
      // HTTP has no empty ranges.
      if (options.range?.length !== 0) return await getObject(this.#bucket, key, options);
      if ((await statObject(this.#bucket, key, options)) === undefined) throw notFoundError(`object ${key}`);
      return new Uint8Array(0);
    });
  }

  async stat(key: ObjectKey, options: CallOptions = {}): Promise<StoredObject | undefined> {
    return await this.#act({ text: `look for object ${key}`, key, signal: options.signal }, async () => {
      return await statObject(this.#bucket, key, options);
    });
  }

  async *list(prefix: string, options: CallOptions = {}): AsyncGenerator<StoredObject, void, undefined> {
    const action = { text: `list objects ${prefix}*`, signal: options.signal };
    let from: string | undefined;
    let last = '';
    do {
      const page = await this.#act(action, () => listPage(this.#bucket, { prefix, from }, options));
      for (const object of page.objects) {
        options.signal?.throwIfAborted();
        if (object.key <= last) throw oddAnswerError(action.text, 'the server lists in no order');
        last = object.key;
        yield object;
      }
      from = page.next;
    } while (from !== undefined);
  }

  async delete(key: ObjectKey, options: CallOptions = {}): Promise<void> {
    await this.#act({ text: `delete object ${key}`, key, signal: options.signal }, async () => {
      const { client } = this.#bucket;
      const command = new DeleteObjectCommand(this.#bucket.names(key));
      await this.#bucket.call({ signal: options.signal }, (call) => client.send(command, call.options));
    });
  }

  async versions(key: ObjectKey, options: CallOptions = {}): Promise<readonly ObjectVersion[]> {
    const action = { text: `list versions of object ${key}`, key, signal: options.signal };
    return await this.#act(action, () => listVersions(this.#bucket, key, options));
  }

  async settings(options: CallOptions = {}): Promise<readonly SinkSetting[]> {
    const action = { text: `look at the settings of ${this.location}`, signal: options.signal };
    return await this.#act(action, () => bucketSettings(this.#bucket, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#bucket.client.destroy();
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
      throw s3Error(`can't ${text}`, error);
    }
  }
}
