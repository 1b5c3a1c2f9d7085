import type { CallOptions, SinkSetting } from '@adcs-backup/core/sink';
import type { Bucket } from './bucket.ts';

/** How the bucket is set up, as far as the credentials may see. */
export async function bucketSettings(_bucket: Bucket, _options: CallOptions): Promise<readonly SinkSetting[]> {
  return [];
}
