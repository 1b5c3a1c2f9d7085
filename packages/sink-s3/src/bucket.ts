import type { ObjectKey } from '@adcs-backup/core/sink';
import type { S3Client } from '@aws-sdk/client-s3';
import { Call, type CallLimits } from './call.ts';
import type { CredentialFacts } from './credentials-setting.ts';
import type { S3Location } from './location.ts';

/** A bucket with the client that reaches it: what every call of the sink needs. */
export class Bucket {
  readonly client: S3Client;
  readonly location: S3Location;
  /** Objects, or versions of them, that didn't fit their checksum when they were last read. */
  readonly damaged: Set<string> = new Set();
  readonly #idleMs: number;

  constructor(client: S3Client, location: S3Location, idleMs: number) {
    this.client = client;
    this.location = location;
    this.#idleMs = idleMs;
  }

  /** What names an object in a request. */
  names(key: ObjectKey): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.location.bucket, Key: this.location.prefix + key };
  }

  /** What the chain of the SDK gives; nothing of it is for people but where it is from and when it expires. */
  async credentials(limits: Omit<CallLimits, 'idleMs'>): Promise<CredentialFacts> {
    return await this.call(limits, () => this.client.config.credentials());
  }

  /** Makes one request. */
  async call<T>(limits: Omit<CallLimits, 'idleMs'>, work: (call: Call) => Promise<T>): Promise<T> {
    return await Call.make({ ...limits, idleMs: this.#idleMs }, work);
  }
}
