import { randomBytes } from 'node:crypto';
import {
  type AzureAccess,
  createBucket,
  createContainer,
  readBucket,
  readContainer,
  type S3Access,
  sharedAccessSignature,
} from '@adcs-backup/test-servers';

/** A place of its own in a real store, for one test. */
export interface CloudSink {
  /** What the command takes. */
  readonly url: string;
  /** What the command finds its credentials in. */
  readonly env: Readonly<Record<string, string>>;
  /** What must appear in no output. */
  readonly secrets: readonly string[];
  /** Everything that is stored, as its owner sees it: bytes by key. */
  objects(): Promise<ReadonlyMap<string, Buffer>>;
}

export interface CloudSinkOptions {
  /** Of a proxy before the server. */
  readonly endpoint?: string;
}

export interface BucketOptions extends CloudSinkOptions {
  /** The command runs as somebody who may do only this. */
  readonly guestMay?: readonly string[];
}

/** A bucket, whose objects lie below `ca01/`. */
export async function newBucket(access: S3Access, options: BucketOptions = {}): Promise<CloudSink> {
  const { endpoint = access.endpoint, guestMay } = options;
  const bucket = `cli-${randomBytes(6).toString('hex')}`;
  await createBucket(access, bucket, guestMay === undefined ? {} : { guestMay });
  const { accessKey, secretKey } = guestMay === undefined ? access : access.guest;
  return {
    url: `s3://${bucket}/ca01?region=${access.region}&endpoint=${endpoint}`,
    env: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
    secrets: [secretKey],
    objects: () => readBucket(access, bucket, 'ca01/'),
  };
}

export interface ContainerOptions extends CloudSinkOptions {
  /** The command gets a signature for this instead of the account's key: letters, such as `rl`. */
  readonly rights?: string;
  readonly expiresOn?: Date;
}

/** A container, whose blobs lie below `ca01/`. */
export async function newContainer(access: AzureAccess, options: ContainerOptions = {}): Promise<CloudSink> {
  const { endpoint = access.endpoint, rights } = options;
  const container = `cli-${randomBytes(6).toString('hex')}`;
  await createContainer(access, container);
  const credentials =
    rights === undefined
      ? { env: { AZURE_STORAGE_KEY: access.key }, secrets: [access.key] }
      : signatureFor(access, container, { ...options, rights });
  return {
    url: `azblob://${access.account}/${container}/ca01?endpoint=${endpoint}`,
    ...credentials,
    objects: () => readContainer(access, container, 'ca01/'),
  };
}

function signatureFor(
  access: AzureAccess,
  container: string,
  options: ContainerOptions & { readonly rights: string },
): Pick<CloudSink, 'env' | 'secrets'> {
  const signature = sharedAccessSignature(access, container, options);
  const sig = new URLSearchParams(signature).get('sig') ?? '';
  return { env: { AZURE_STORAGE_SAS_TOKEN: signature }, secrets: [sig, encodeURIComponent(sig)] };
}
