import { DeleteObjectCommand, PutBucketVersioningCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { S3Access } from './ceph.ts';
import { s3Client } from './s3-buckets.ts';

/** What the owner of a bucket may do to it beside a backup. */

interface ObjectPlace {
  readonly bucket: string;
  /** With its prefix. */
  readonly key: string;
}

/** From now on the bucket keeps what is replaced or deleted, what it has already included. */
export async function turnOnVersions(access: S3Access, bucket: string): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  const command = new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration });
  await asOwner(access, (client) => client.send(command));
}

/** Puts other bytes in the place of an object, without a condition. */
export async function replaceObject(access: S3Access, place: ObjectPlace, bytes: Uint8Array): Promise<void> {
  const { bucket: Bucket, key: Key } = place;
  await asOwner(access, (client) => client.send(new PutObjectCommand({ Bucket, Key, Body: bytes })));
}

/** In a bucket with versions: puts a mark in its place that says it is deleted. */
export async function deleteObject(access: S3Access, { bucket: Bucket, key: Key }: ObjectPlace): Promise<void> {
  await asOwner(access, (client) => client.send(new DeleteObjectCommand({ Bucket, Key })));
}

async function asOwner(access: S3Access, work: (client: S3Client) => Promise<unknown>): Promise<void> {
  const client = s3Client(access, access);
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}
