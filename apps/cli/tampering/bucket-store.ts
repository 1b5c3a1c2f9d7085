import { randomBytes } from 'node:crypto';
import { createBucket, deleteObject, readBucket, replaceObject, type S3Access } from '@adcs-backup/test-servers';
import type { Store } from './tampered-store.ts';

/** A sink in a bucket, and its owner. */
export class BucketStore implements Store {
  readonly bucket: string = `tampering-${randomBytes(6).toString('hex')}`;
  readonly #access: S3Access;
  /** What lies there. */
  readonly #objects: Map<string, Buffer> = new Map();

  private constructor(access: S3Access) {
    this.#access = access;
  }

  /** With the same keys and bytes as another. */
  static async copyOf(from: Store, access: S3Access): Promise<BucketStore> {
    const store = new BucketStore(access);
    await createBucket(access, store.bucket);
    for (const key of await from.keys()) await store.put(key, await from.get(key));
    return store;
  }

  /** What the command takes. */
  get url(): string {
    return `s3://${this.bucket}/ca01?region=${this.#access.region}&endpoint=${this.#access.endpoint}`;
  }

  get env(): Readonly<Record<string, string>> {
    return { AWS_ACCESS_KEY_ID: this.#access.accessKey, AWS_SECRET_ACCESS_KEY: this.#access.secretKey };
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.#objects.keys()]);
  }

  /** As the server has it. */
  async stored(): Promise<ReadonlyMap<string, Buffer>> {
    return await readBucket(this.#access, this.bucket, 'ca01/');
  }

  get(key: string): Promise<Buffer> {
    const bytes = this.#objects.get(key);
    return bytes === undefined ? Promise.reject(new Error(`no object ${key}`)) : Promise.resolve(bytes);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await replaceObject(this.#access, { bucket: this.bucket, key: `ca01/${key}` }, bytes);
    this.#objects.set(key, Buffer.from(bytes));
  }

  async remove(key: string): Promise<void> {
    await deleteObject(this.#access, { bucket: this.bucket, key: `ca01/${key}` });
    this.#objects.delete(key);
  }
}
