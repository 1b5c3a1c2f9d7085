import { randomBytes } from 'node:crypto';
import { type BackupSink, objectKey } from '@adcs-backup/core/sink';
import { bytesOf, keysOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { type BucketOptions, createBucket, type S3Access } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it, onTestFinished } from 'vitest';
import { openS3Sink } from '../src/index.ts';

const body = bytesOf('rights', 1000);
const key = objectKey('a/b');
const needed = ['s3:PutObject', 's3:GetObject', 's3:ListBucket'] as const;

async function open(
  access: S3Access,
  guestMay: BucketOptions['guestMay'] = [],
): Promise<{ guest: BackupSink; owner: BackupSink }> {
  const bucket = `rights-${randomBytes(4).toString('hex')}`;
  await createBucket(access, bucket, { guestMay });
  const openAs = async ({ accessKey, secretKey }: Pick<S3Access, 'accessKey' | 'secretKey'>): Promise<BackupSink> => {
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    const sink = await openS3Sink(`s3://${bucket}/ca01?endpoint=${access.endpoint}`, { credentials });
    onTestFinished(() => sink[Symbol.asyncDispose]());
    return sink;
  };
  return { guest: await openAs(access.guest), owner: await openAs(access) };
}

describeWithCeph('the rights of credentials', (access) => {
  it('to put, get and list suffice', async () => {
    const { guest } = await open(access, needed);
    await guest.put(key, body);
    expect(Buffer.compare(await guest.get(key), body)).toBe(0);
    expect(await guest.stat(key)).toMatchObject({ sizeBytes: 1000 });
    expect(await guest.stat(objectKey('a'))).toBeUndefined();
    expect(await keysOf(guest, '')).toEqual([key]);
    await rejectsWith(guest.put(key, body), 'object-exists');
    await rejectsWith(guest.get(objectKey('missing')), 'object-not-found');
    expect((await rejectsWith(guest.delete(key), 'sink-denied')).retryable).toBe(false);
  });

  it('do not lock in a bucket without object lock', async () => {
    const { owner } = await open(access);
    const retainUntil = new Date(Date.now() + 3_600_000);
    await rejectsWith(
      owner.put(key, body, { retainUntil }),
      'sink-denied',
      /can't lock object a\/b: the bucket has no/,
    );
    expect(await owner.stat(key)).toBeUndefined();
  });

  it('leave unknown what they may not see of the bucket', async () => {
    const { guest } = await open(access, needed);
    const found = new Map((await guest.settings?.())?.map(({ name, state }) => [name, state]));
    expect(found.get('lifecycle')).toBe('unknown');
    expect(found.get('credentials')).toBe('on');
  });

  it.each(needed)('are named where %s is missing', async (missing) => {
    const { guest, owner } = await open(
      access,
      needed.filter((action) => action !== missing),
    );
    await owner.put(key, body);
    const calls = {
      's3:PutObject': () => guest.put(objectKey('new'), body),
      's3:GetObject': () => guest.get(key),
      's3:ListBucket': () => keysOf(guest, ''),
    };
    const error = await rejectsWith(calls[missing](), 'sink-denied', /AccessDenied/);
    expect(error).toMatchObject({ retryable: false, hint: expect.stringContaining(missing) });
  });
});
