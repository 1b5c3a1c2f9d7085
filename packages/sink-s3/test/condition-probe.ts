import { randomBytes } from 'node:crypto';
import { createBucket, type S3Access, s3Client } from '@adcs-backup/test-servers';
import { PutObjectCommand } from '@aws-sdk/client-s3';

/**
 * Whether the server keeps `If-None-Match: *` also in buckets with versions: Ceph 16, which Debian 12 has, doesn't;
 * Ceph 20 does.
 */
export async function keepsConditionWithVersions(access: S3Access): Promise<boolean> {
  const bucket = `probe-${randomBytes(4).toString('hex')}`;
  await createBucket(access, bucket, { versioning: true });
  const client = s3Client(access, access);
  const put = (): Promise<unknown> =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: 'probe', Body: 'x', IfNoneMatch: '*' }));
  try {
    await put();
    const [second] = await Promise.allSettled([put()]);
    return second.status === 'rejected';
  } finally {
    client.destroy();
  }
}
