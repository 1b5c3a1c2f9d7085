import { randomBytes } from 'node:crypto';
import { objectKey } from '@adcs-backup/core/sink';
import { rejectsWith } from '@adcs-backup/sink-conformance';
import { createBucket, s3Client } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openS3Sink } from '../src/index.ts';

/** What the sink does in buckets that keep versions, also where the server doesn't keep the condition there. */
describeWithCeph('buckets that keep versions', (access) => {
  const bucket = `versions-${randomBytes(4).toString('hex')}`;
  const client = s3Client(access, access);
  const sink = openS3Sink(`s3://${bucket}/ca01?endpoint=${access.endpoint}`, {
    credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
  });
  const put = async (key: string, content: string): Promise<unknown> =>
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `ca01/${key}`, Body: content }));

  beforeAll(async () => {
    await createBucket(access, bucket, { lock: true });
  });
  afterAll(async () => {
    await (await sink)[Symbol.asyncDispose]();
    client.destroy();
  });

  it('show what an object was before it was replaced and deleted, newest first', async () => {
    const opened = await sink;
    for (const content of ['one', 'twice', 'thirdly']) await put('a', content);
    await put('ab', 'another');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'ca01/a' }));
    expect(await opened.stat(objectKey('a'))).toBeUndefined();
    await rejectsWith(opened.get(objectKey('a')), 'object-not-found');
    const versions = (await opened.versions?.(objectKey('a'))) ?? [];
    expect(versions.map(({ sizeBytes }) => sizeBytes)).toEqual([7, 5, 3]);
    const read = await Promise.all(versions.map(({ id }) => opened.get(objectKey('a'), { version: id })));
    expect(read.map((bytes) => Buffer.from(bytes).toString())).toEqual(['thirdly', 'twice', 'one']);
    await rejectsWith(opened.get(objectKey('ab'), { version: versions[0]?.id ?? '' }), 'object-not-found');
  });

  it('show many versions of one object, in order', async () => {
    for (let index = 1; index <= 20; index += 1) await put('many', 'x'.repeat(index));
    const sizes = (await (await sink).versions?.(objectKey('many')))?.map(({ sizeBytes }) => sizeBytes);
    expect(sizes).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
  });

  it('lock what is put with a time, so that nobody can delete it', async () => {
    const opened = await sink;
    const retainUntil = new Date(Date.now() + 3_600_000);
    // Where the server ignores the condition the sink refuses itself, after this one object.
    await Promise.allSettled([opened.put(objectKey('locked'), Buffer.from('locked'), { retainUntil })]);
    const Key = 'ca01/locked';
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    expect(Versions.length).toBeGreaterThan(0);
    for (const { VersionId } of Versions) {
      const version = { Bucket: bucket, Key, VersionId };
      const { Retention } = await client.send(new GetObjectRetentionCommand(version));
      expect(Retention?.Mode).toBe('COMPLIANCE');
      expect(Math.abs((Retention?.RetainUntilDate?.getTime() ?? 0) - retainUntil.getTime())).toBeLessThan(1000);
      await expect(client.send(new DeleteObjectCommand(version))).rejects.toHaveProperty('name', 'AccessDenied');
    }
  });

  it('say in their settings that they keep versions and can lock', async () => {
    const found = new Map((await (await sink).settings?.())?.map(({ name, state }) => [name, state]));
    expect(Object.fromEntries(found)).toMatchObject({ versioning: 'on', lock: 'on', lifecycle: 'off' });
  });
});
