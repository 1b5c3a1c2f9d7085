import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createBucket,
  readBucket,
  type S3Access,
  S3Attempts,
  type S3User,
  setBucketPolicy,
} from '@adcs-backup/test-servers';
import { onTestFinished } from 'vitest';
import type { CloudSink } from './cloud-sink.ts';

/** A bucket with the policy that docs/least-privilege.md tells people to set. */

export interface GrantedBucket {
  readonly writer: CloudSink;
  readonly reader: CloudSink;
  /** With the same credentials, and other programs. */
  readonly attempts: { readonly writer: S3Attempts; readonly reader: S3Attempts; readonly owner: S3Attempts };
}

export interface GrantedBucketOptions {
  /** Of a proxy before the server. */
  readonly endpoint?: string;
  /** Also the statement that this server can't evaluate. */
  readonly onlyNewObjects?: boolean;
}

export async function newGrantedBucket(access: S3Access, options: GrantedBucketOptions = {}): Promise<GrantedBucket> {
  const { endpoint = access.endpoint, onlyNewObjects = false } = options;
  const bucket = `granted-${randomBytes(6).toString('hex')}`;
  await createBucket(access, bucket);
  const policy = policyFor(await documentedPolicy(), { bucket, access });
  const Statement = policy.Statement.filter(({ Sid }) => onlyNewObjects || Sid !== 'OnlyNewObjects');
  await setBucketPolicy(access, bucket, JSON.stringify({ ...policy, Statement }));
  const sinkOf = ({ accessKey, secretKey }: S3User): CloudSink => ({
    url: `s3://${bucket}/ca01?region=${access.region}&endpoint=${endpoint}`,
    env: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
    secrets: [secretKey],
    objects: () => readBucket({ ...access, ...access.reader }, bucket, 'ca01/'),
  });
  const attemptsOf = (user: S3User): S3Attempts => {
    const attempts = new S3Attempts(access, user, bucket);
    onTestFinished(() => attempts[Symbol.dispose]());
    return attempts;
  };
  return {
    writer: sinkOf(access.guest),
    reader: sinkOf(access.reader),
    attempts: { writer: attemptsOf(access.guest), reader: attemptsOf(access.reader), owner: attemptsOf(access) },
  };
}

interface Policy {
  readonly Statement: readonly { readonly Sid: string }[];
}

/** The one whole policy of the page. */
async function documentedPolicy(): Promise<string> {
  const page = await readFile(new URL('../../../docs/least-privilege.md', import.meta.url), 'utf8');
  const policies = [...page.matchAll(/```json\n(\{\n {2}"Version".*?)```/gs)].map(([, json = '']) => json);
  const [policy] = policies;
  if (policy === undefined || policies.length > 1) throw new Error(`the page has ${policies.length} policies`);
  return policy;
}

function policyFor(text: string, { bucket, access }: { readonly bucket: string; readonly access: S3Access }): Policy {
  const named = text
    .replaceAll('arn:aws:s3:::pki-backups', `arn:aws:s3:::${bucket}`)
    .replaceAll('arn:aws:iam::111122223333:role/ca01-writer', access.guest.arn)
    .replaceAll('arn:aws:iam::111122223333:role/ca01-reader', access.reader.arn);
  if (/pki-backups|111122223333/.test(named))
    throw new Error('the policy has other names than those that are replaced');
  return JSON.parse(named);
}
