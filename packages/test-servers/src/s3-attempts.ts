import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Access, S3User } from './ceph.ts';
import { s3Client } from './s3-buckets.ts';

/**
 * What somebody with stolen credentials may try on a bucket. Each attempt resolves to `done`, or to the name of the
 * server's error.
 */
export class S3Attempts implements Disposable {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(access: S3Access, user: S3User, bucket: string) {
    this.#client = s3Client(access, user);
    this.#bucket = bucket;
  }

  async read(key: string): Promise<string> {
    return await outcomeOf(this.#client.send(new GetObjectCommand(this.#object(key))));
  }

  async delete(key: string): Promise<string> {
    return await outcomeOf(this.#client.send(new DeleteObjectCommand(this.#object(key))));
  }

  /** Under a new key only. */
  async put(key: string, options: Pick<PutObjectCommandInput, 'ACL'> = {}): Promise<string> {
    const command = new PutObjectCommand({ ...this.#object(key), ...options, Body: 'new', IfNoneMatch: '*' });
    return await outcomeOf(this.#client.send(command));
  }

  /** Without a condition. */
  async replace(key: string): Promise<string> {
    return await outcomeOf(this.#client.send(new PutObjectCommand({ ...this.#object(key), Body: 'something else' })));
  }

  async publish(key: string): Promise<string> {
    return await outcomeOf(this.#client.send(new PutObjectAclCommand({ ...this.#object(key), ACL: 'public-read' })));
  }

  async setPolicy(policy: string): Promise<string> {
    return await outcomeOf(this.#client.send(new PutBucketPolicyCommand({ Bucket: this.#bucket, Policy: policy })));
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  #object(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof Error) return error.name;
    throw error;
  }
}
