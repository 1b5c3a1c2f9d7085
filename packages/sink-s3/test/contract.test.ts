import { randomBytes } from 'node:crypto';
import type { BackupSink, ErrorCode } from '@adcs-backup/core/sink';
import { type SinkFailure, testSinkConformance } from '@adcs-backup/sink-conformance';
import { type BucketOptions, createBucket, FaultProxy, type S3Access } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { openS3Sink } from '../src/index.ts';
import { keepsConditionWithVersions } from './condition-probe.ts';

/** A bucket that says what the guest may do is used by the guest. */
const kinds: readonly (readonly [string, BucketOptions])[] = [
  ['a plain bucket', {}],
  ['a plain bucket, without the right to delete', { guestMay: ['s3:PutObject', 's3:GetObject', 's3:ListBucket'] }],
  ['a bucket with versions', { versioning: true }],
  ['a bucket with object lock', { lock: true }],
];

const provided = inject('ceph');
const keepsVersions = ({ lock, versioning }: BucketOptions): boolean => lock === true || versioning === true;
const isTried = !('access' in provided) || (await keepsConditionWithVersions(provided.access));

describeWithCeph('the sink on Ceph', (access) => {
  for (const [name, options] of kinds) {
    if (isTried || !keepsVersions(options)) describe(name, () => testOn(access, name, options));
    else it.skip(`${name} (this server ignores If-None-Match there: write-once.test.ts holds that it is refused)`);
  }
});

function testOn(access: S3Access, name: string, options: BucketOptions): void {
  const bucket = `kit-${randomBytes(4).toString('hex')}`;
  let proxy: FaultProxy | undefined;
  beforeAll(async () => {
    await createBucket(access, bucket, options);
    proxy = await FaultProxy.start(access.endpoint);
    proxy.add({ when: ({ method }) => method === 'PUT', fault: { kind: 'cut-request', afterBytes: 500 } });
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
  });

  const user = options.guestMay === undefined ? access : access.guest;
  const open = (changes: Opening = {}): Promise<BackupSink> =>
    openOn(access, { bucket, accessKey: user.accessKey, secretKey: user.secretKey, ...changes });
  const fails = (what: string, code: ErrorCode, changes: Opening & { retryable?: boolean }): SinkFailure => ({
    name: what,
    open: () => open(changes),
    code,
    retryable: changes.retryable ?? false,
  });
  testSinkConformance(
    { describe, it },
    {
      name,
      open,
      supports: { retention: true, versions: true, pacing: true },
      secrets: [user.secretKey, 'another-secret-key'],
      setUpFor: { retention: options.lock === true, versions: keepsVersions(options) },
      canDelete: options.guestMay === undefined,
      failures: [
        fails('no server', 'sink-unreachable', { endpoint: 'http://127.0.0.1:9', retryable: true }),
        fails('wrong secret', 'sink-denied', { secretKey: 'another-secret-key' }),
        fails('missing bucket', 'invalid-location', { bucket: 'no-such-bucket' }),
        {
          name: 'a connection that breaks in the middle of a put',
          open: () => open(proxy === undefined ? {} : { endpoint: proxy.endpoint }),
          code: 'sink-unreachable',
          retryable: true,
          methods: ['put'],
        },
      ],
    },
  );
}

interface Opening {
  readonly bucket?: string;
  readonly endpoint?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

async function openOn(access: S3Access, opening: Opening): Promise<BackupSink> {
  const { bucket = '', endpoint = access.endpoint, accessKey = '', secretKey = '' } = opening;
  return await openS3Sink(`s3://${bucket}/ca01?endpoint=${encodeURIComponent(endpoint)}`, {
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
}
