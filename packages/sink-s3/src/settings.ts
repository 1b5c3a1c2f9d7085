import type { CallOptions, SinkSetting } from '@adcs-backup/core/sink';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import type { Call } from './call.ts';
import { clockSetting, transportSettings } from './connection-settings.ts';
import { credentialsSetting } from './credentials-setting.ts';
import { nameOf, statusOf } from './errors.ts';
import { lifecycleSetting } from './lifecycle.ts';

/** How the bucket is set up, as far as the credentials may see. */
export async function bucketSettings(bucket: Bucket, { signal }: CallOptions): Promise<readonly SinkSetting[]> {
  const look = new Look(bucket, signal);
  return [
    // First: without credentials there is nothing to see.
    credentialsSetting(await bucket.credentials({ signal })),
    ...(await Promise.all([versioning(look), lock(look), lifecycle(look), encryption(look)])),
    ...transportSettings(bucket.location.endpoint),
    ...clockSetting(look.answer, new Date()),
  ];
}

/** One look at a bucket, in several requests. */
class Look {
  readonly bucket: Bucket;
  readonly #signal: AbortSignal | undefined;
  /** The headers of one answer. */
  answer: Call['headers'] = {};

  constructor(bucket: Bucket, signal: AbortSignal | undefined) {
    this.bucket = bucket;
    this.#signal = signal;
  }

  get names(): { readonly Bucket: string } {
    return { Bucket: this.bucket.location.bucket };
  }

  /** What `ask` finds; `none` where the server says that it isn't set up; undefined where it may not be seen. */
  async at<T>(ask: (options: Call['options']) => Promise<T>, none: T): Promise<T | undefined> {
    try {
      return await this.bucket.call({ signal: this.#signal }, async (call) => {
        const found = await ask(call.options);
        this.answer = call.headers;
        return found;
      });
    } catch (error) {
      if (/NotFoundError$|^NoSuchLifecycleConfiguration$|^NoSuchObjectLockConfiguration$/.test(nameOf(error)))
        return none;
      if (['AccessDenied', 'NotImplemented', 'MethodNotAllowed'].includes(nameOf(error))) return undefined;
      if ([405, 501].includes(statusOf(error) ?? 0)) return undefined;
      throw error;
    }
  }
}

async function versioning(look: Look): Promise<SinkSetting> {
  const command = new GetBucketVersioningCommand(look.names);
  const found = await look.at(
    async (options) => (await look.bucket.client.send(command, options)).Status ?? 'off',
    'off',
  );
  if (found === undefined) return unknown('versioning', 's3:GetBucketVersioning');
  const isOn = found === 'Enabled';
  const message = isOn ? 'what is replaced or deleted is kept as a version' : 'what is replaced or deleted is gone';
  return { name: 'versioning', state: isOn ? 'on' : 'off', message };
}

async function lock(look: Look): Promise<SinkSetting> {
  const command = new GetObjectLockConfigurationCommand(look.names);
  const found = await look.at(
    async (options) => (await look.bucket.client.send(command, options)).ObjectLockConfiguration ?? {},
    {},
  );
  if (found === undefined) return unknown('lock', 's3:GetBucketObjectLockConfiguration');
  if (found.ObjectLockEnabled !== 'Enabled') {
    return { name: 'lock', state: 'off', message: 'objects can be deleted by whoever has the right to' };
  }
  const { Mode, Days, Years } = found.Rule?.DefaultRetention ?? {};
  const period = Days === undefined ? `${Years} years` : `${Days} days`;
  const standard = Mode === undefined ? 'none of its own accord' : `each for ${period} (${Mode})`;
  return { name: 'lock', state: 'on', message: `objects can be locked; ${standard}` };
}

async function lifecycle(look: Look): Promise<SinkSetting> {
  const command = new GetBucketLifecycleConfigurationCommand(look.names);
  const found = await look.at(async (options) => (await look.bucket.client.send(command, options)).Rules ?? [], []);
  return found === undefined
    ? unknown('lifecycle', 's3:GetLifecycleConfiguration')
    : lifecycleSetting(found, look.bucket.location.prefix);
}

async function encryption(look: Look): Promise<SinkSetting> {
  const command = new GetBucketEncryptionCommand(look.names);
  const found = await look.at(
    async (options) => (await look.bucket.client.send(command, options)).ServerSideEncryptionConfiguration?.Rules ?? [],
    [],
  );
  if (found === undefined) return unknown('encryption', 's3:GetEncryptionConfiguration');
  const algorithm = found[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  return algorithm === undefined
    ? { name: 'encryption', state: 'off', message: 'the server encrypts nothing of its own accord' }
    : { name: 'encryption', state: 'on', message: `the server encrypts by ${algorithm}` };
}

function unknown(name: string, right: string): SinkSetting {
  return { name, state: 'unknown', message: `the credentials may not look (${right}), or the server doesn't tell` };
}
