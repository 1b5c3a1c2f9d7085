import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { createBucket, s3Client } from '../src/s3-buckets.ts';
import { describeWithCeph } from '../src/vitest/describe-with-server.ts';

describeWithCeph('Ceph', (access) => {
  const client = s3Client(access, access);

  it('gives back what was put', async () => {
    await createBucket(access, 'round-trip');
    const object = { Bucket: 'round-trip', Key: 'a/b' };
    await client.send(new PutObjectCommand({ ...object, Body: 'content' }));
    const { Body } = await client.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('content');
  });

  it('lets the guest do what the bucket allows, and nothing else', async () => {
    await createBucket(access, 'for-guests', { guestMay: ['s3:PutObject', 's3:ListBucket'] });
    const guest = s3Client(access, access.guest);
    const object = { Bucket: 'for-guests', Key: 'a' };
    await client.send(new PutObjectCommand({ ...object, Body: 'content' }));
    await guest.send(new PutObjectCommand({ ...object, Key: 'b', Body: 'content' }));
    await expect(guest.send(new GetObjectCommand(object))).rejects.toHaveProperty('name', 'AccessDenied');
  });

  it('keeps versions and locks where asked to', async () => {
    await createBucket(access, 'locked', { lock: true });
    const object = { Bucket: 'locked', Key: 'a' };
    const retention = {
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date(Date.now() + 60_000),
    } as const;
    const { VersionId } = await client.send(new PutObjectCommand({ ...object, Body: 'content', ...retention }));
    await expect(client.send(new DeleteObjectCommand({ ...object, VersionId }))).rejects.toHaveProperty(
      'name',
      'AccessDenied',
    );
  });
});
