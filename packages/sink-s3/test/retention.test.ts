import { randomBytes } from 'node:crypto';
import { objectKey } from '@adcs-backup/core/sink';
import { bytesOf, rejectsWith } from '@adcs-backup/sink-conformance';
import { type BucketOptions, createBucket, type S3Access, type S3User } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Bucket } from '../src/bucket.ts';
import { s3Client } from '../src/client.ts';
import { s3Error } from '../src/errors.ts';
import { s3Location } from '../src/location.ts';
import { putObject } from '../src/put.ts';
import { type Answer, type Asked, listing, openScripted, type ScriptedSink, s3Failure } from './scripted-s3.ts';

const key = objectKey('a/b');
const body = bytesOf('retention', 1000);
const retainUntil = new Date('2027-03-01T10:20:30.400Z');

function lock(mode: string, until: string): Answer {
  const retention = `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
  return { status: 200, body: retention };
}

const asWanted = lock('COMPLIANCE', '2027-03-01T10:20:31Z');

const version = { 'x-amz-version-id': 'v1' };

/** Takes every new object, and tells this of its lock. */
async function openTelling(told: Answer, headers: Answer['headers'] = version): Promise<ScriptedSink> {
  const stored = new Set<string>();
  return await openScripted(({ method, path }: Asked) => {
    if (method !== 'PUT') return path.includes('?retention') ? told : listing([]);
    if (stored.has(path)) return s3Failure(412, 'PreconditionFailed');
    stored.add(path);
    return { status: 200, headers: { etag: '"00000000000000000000000000000000"', ...headers } };
  });
}

describe('retainUntil of an S3 sink', () => {
  it('asks for a lock that nobody can shorten, rounded up to a second, and looks whether that version has it', async () => {
    const { sink, asked } = await openTelling(asWanted);
    await expect(sink.put(key, body, { retainUntil })).resolves.toMatchObject({ sizeBytes: 1000 });
    const put = asked.find(({ method }) => method === 'PUT')?.headers ?? {};
    expect(put['x-amz-object-lock-mode']).toBe('COMPLIANCE');
    expect(Date.parse(String(put['x-amz-object-lock-retain-until-date']))).toBe(Date.parse('2027-03-01T10:20:31Z'));
    expect(asked.filter(({ path }) => path.includes('?retention')).map(({ path }) => path)).toEqual([
      '/bucket/ca01/a/b?retention=&versionId=v1',
    ]);
  });

  it('looks at the object where the server names no version', async () => {
    const { sink, asked } = await openTelling(asWanted, {});
    await sink.put(key, body, { retainUntil });
    expect(asked.find(({ path }) => path.includes('?retention'))?.path).toBe('/bucket/ca01/a/b?retention=');
  });

  it('looks at nothing when no lock is asked for', async () => {
    const { sink, asked } = await openTelling(s3Failure(500, 'InternalError'));
    await sink.put(key, body);
    expect(asked.filter(({ path }) => path.includes('?retention'))).toEqual([]);
  });

  it.each<[string, Answer, RegExp]>([
    ['none', s3Failure(404, 'NoSuchObjectLockConfiguration'), /but not locked as asked: the server keeps no lock/],
    ['none, and knows no locks', s3Failure(501, 'NotImplemented'), /the server keeps no lock/],
    ['none, since the bucket has none', s3Failure(400, 'InvalidRequest'), /the server keeps no lock/],
    ['one without a date', { status: 200, body: '<Retention><Mode>COMPLIANCE</Mode></Retention>' }, /keeps no lock/],
    ['nothing', { status: 200 }, /the server keeps no lock/],
    ['one that ends earlier', lock('COMPLIANCE', '2027-03-01T10:20:30Z'), /COMPLIANCE, until 2027-03-01T10:20:30.000Z/],
    ['one that can be lifted', lock('GOVERNANCE', '2027-03-01T10:20:31Z'), /its lock is GOVERNANCE/],
    ['one that may not be seen', s3Failure(403, 'AccessDenied'), /its lock can't be read \(s3:GetObjectRetention\)/],
  ])('rejects when the server keeps %s, and says that the object is there', async (_what, told, message) => {
    const { sink } = await openTelling(told);
    const error = await rejectsWith(sink.put(key, body, { retainUntil }), 'sink-denied', message);
    expect(error.message).toContain('object a/b was stored, but not locked as asked');
    expect(error).toMatchObject({ retryable: false, hint: expect.stringContaining('The object stays where it is.') });
  });

  it('may be asked again when the server is busy', async () => {
    const { sink } = await openTelling(s3Failure(503, 'SlowDown'));
    const error = await rejectsWith(sink.put(key, body, { retainUntil }), 'sink-unreachable');
    expect(error.retryable).toBe(true);
  });
});

/** Below the sink, which refuses this server's buckets with locks: they ignore the condition. */
async function newBucket(access: S3Access, options: BucketOptions, user: S3User = access): Promise<Bucket> {
  const name = `retention-${randomBytes(4).toString('hex')}`;
  await createBucket(access, name, options);
  const location = s3Location(new URL(`s3://${name}/ca01?endpoint=${access.endpoint}`));
  const client = s3Client(location, { accessKeyId: user.accessKey, secretAccessKey: user.secretKey });
  onTestFinished(() => client.destroy());
  return new Bucket(client, location, 60_000);
}

async function putLocked(bucket: Bucket): Promise<Date> {
  const until = new Date(Date.now() + 60_000);
  try {
    await putObject(bucket, { key, bytes: body }, { retainUntil: until });
  } catch (error) {
    throw s3Error('put', error);
  }
  return until;
}

describeWithCeph('a lock on Ceph', (access) => {
  it('is there when it is read back', async () => {
    await expect(putLocked(await newBucket(access, { lock: true }))).resolves.toBeInstanceOf(Date);
  });

  it('is there for who may put, lock, and see locks, and nothing else', async () => {
    const guestMay = ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObjectRetention'];
    const bucket = await newBucket(access, { lock: true, guestMay }, access.guest);
    await expect(putLocked(bucket)).resolves.toBeInstanceOf(Date);
  });

  it('does not count for who may not see locks', async () => {
    const guestMay = ['s3:PutObject', 's3:PutObjectRetention'];
    const guestMayNot = ['s3:GetObjectRetention'];
    const bucket = await newBucket(access, { lock: true, guestMay, guestMayNot }, access.guest);
    await rejectsWith(putLocked(bucket), 'sink-denied', /its lock can't be read/);
  });
});
