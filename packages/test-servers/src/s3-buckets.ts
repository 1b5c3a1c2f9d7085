import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Access, S3User } from './ceph.ts';

/** Buckets for tests, made by the owner of all of them. */

export interface BucketOptions {
  /** Object Lock, which brings versions with it. */
  readonly lock?: boolean;
  readonly versioning?: boolean;
  /** Actions of S3 (`s3:PutObject`) that the guest may use on this bucket; none by default. */
  readonly guestMay?: readonly string[];
  /** Actions that the guest may not use, whatever else allows them: who has put an object owns it, and may read it. */
  readonly guestMayNot?: readonly string[];
}

/** A client for what the tools under test don't do. The caller destroys it. */
export function s3Client({ endpoint, region }: S3Access, { accessKey, secretKey }: S3User): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
}

export async function createBucket(access: S3Access, name: string, options: BucketOptions = {}): Promise<void> {
  const client = s3Client(access, access);
  const bucket = { Bucket: name };
  try {
    await client.send(new CreateBucketCommand({ ...bucket, ObjectLockEnabledForBucket: options.lock === true }));
    if (options.versioning === true) {
      const status = { VersioningConfiguration: { Status: 'Enabled' } } as const;
      await client.send(new PutBucketVersioningCommand({ ...bucket, ...status }));
    }
    const { guestMay: Allow, guestMayNot: Deny } = options;
    if (Allow !== undefined) await setPolicy(client, name, guestPolicy(name, access.guest, { Allow, Deny }));
  } finally {
    client.destroy();
  }
}

/** Replaces the bucket's policy, a document of S3. */
export async function setBucketPolicy(access: S3Access, name: string, policy: string): Promise<void> {
  const client = s3Client(access, access);
  try {
    await setPolicy(client, name, policy);
  } finally {
    client.destroy();
  }
}

async function setPolicy(client: S3Client, name: string, policy: string): Promise<void> {
  await client.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policy }));
}

type Actions = Readonly<Record<'Allow' | 'Deny', readonly string[] | undefined>>;

function guestPolicy(bucket: string, guest: S3User, actions: Actions): string {
  const Statement = (['Allow', 'Deny'] as const)
    .filter((effect) => actions[effect] !== undefined)
    .map((Effect) => ({
      Effect,
      Principal: { AWS: [guest.arn] },
      Action: actions[Effect],
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** The objects below `prefix`, which is left out of their keys. */
export async function readBucket(access: S3Access, name: string, prefix: string = ''): Promise<Map<string, Buffer>> {
  const client = s3Client(access, access);
  const objects = new Map<string, Buffer>();
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
      for (const { Key = '' } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }));
        objects.set(Key.slice(prefix.length), Buffer.from((await Body?.transformToByteArray()) ?? []));
      }
    }
  } finally {
    client.destroy();
  }
  return objects;
}

/** Of all objects below `prefix`. */
export async function bytesInBucket(access: S3Access, name: string, prefix: string): Promise<number> {
  const client = s3Client(access, access);
  let bytes = 0;
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
      for (const { Size = 0 } of Contents) bytes += Size;
    }
  } finally {
    client.destroy();
  }
  return bytes;
}
