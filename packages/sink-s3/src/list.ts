import {
  type CallOptions,
  isObjectKey,
  type ObjectKey,
  type ObjectVersion,
  type StoredObject,
} from '@adcs-backup/core/sink';
import { ListObjectsV2Command, type ListObjectsV2CommandOutput, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { oddAnswerError } from './refusals.ts';

export interface Page {
  readonly objects: readonly StoredObject[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

/** One page of the objects whose keys begin with `prefix`, ascending. */
export async function listPage(
  bucket: Bucket,
  { prefix, from, limit }: { readonly prefix: string; readonly from?: string | undefined; readonly limit?: number },
  { signal }: CallOptions,
): Promise<Page> {
  const command = new ListObjectsV2Command({
    Bucket: bucket.location.bucket,
    Prefix: bucket.location.prefix + prefix,
    ...(from === undefined ? {} : { ContinuationToken: from }),
    ...(limit === undefined ? {} : { MaxKeys: limit }),
  });
  const output = await bucket.call({ signal }, ({ options }) => bucket.client.send(command, options));
  const { Contents = [], IsTruncated, NextContinuationToken } = output;
  checkListing(output, prefix);
  const objects = Contents.flatMap((content) => objectOf(bucket, content));
  return { objects, next: IsTruncated === true ? NextContinuationToken : undefined };
}

/**
 * By a listing, since the answer to HEAD has no body: a missing bucket would look like a missing object, and no
 * refusal would say why.
 */
export async function statObject(
  bucket: Bucket,
  key: ObjectKey,
  options: CallOptions,
): Promise<StoredObject | undefined> {
  // Of all keys that begin with it, the key itself comes first.
  const { objects } = await listPage(bucket, { prefix: key, limit: 1 }, options);
  return objects.find((object) => object.key === key);
}

/** What the bucket keeps of an object, newest first. */
export async function listVersions(
  bucket: Bucket,
  key: ObjectKey,
  { signal }: CallOptions,
): Promise<readonly ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  const { Bucket, Key } = bucket.names(key);
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, Prefix: Key, ...marker });
    const page = await bucket.call({ signal }, ({ options }) => bucket.client.send(command, options));
    const { Versions = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    if (IsTruncated === undefined) throw oddAnswerError(`list versions of object ${key}`, 'the answer is no listing');
    for (const { Key: each, VersionId: id, Size: sizeBytes, LastModified: modifiedAt } of Versions) {
      if (each !== Key || id === undefined || sizeBytes === undefined || modifiedAt === undefined) continue;
      found.push({ id, sizeBytes, modifiedAt });
    }
    // Keys that only begin with it come after all of its versions.
    marker =
      IsTruncated && NextKeyMarker === Key
        ? {
            KeyMarker: NextKeyMarker,
            ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
          }
        : undefined;
  }
  return found;
}

/** Else an error in the body of a success would look like an empty bucket. */
function checkListing({ Name, IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput, prefix: string): void {
  const what = `list objects ${prefix}*`;
  if (Name === undefined || IsTruncated === undefined) throw oddAnswerError(what, 'the answer is no listing');
  if (IsTruncated && (NextContinuationToken ?? '') === '') {
    throw oddAnswerError(what, 'there are more objects, and the answer has no token for them');
  }
}

/** What isn't a key of ours, such as the marker of a folder, is left out. */
function objectOf(
  { location }: Bucket,
  content: {
    readonly Key?: string | undefined;
    readonly Size?: number | undefined;
    readonly LastModified?: Date | undefined;
  },
): readonly StoredObject[] {
  const { Key, Size: sizeBytes, LastModified: modifiedAt } = content;
  const key = Key?.slice(location.prefix.length);
  if (key === undefined || !isObjectKey(key) || sizeBytes === undefined || modifiedAt === undefined) return [];
  return [{ key, sizeBytes, modifiedAt }];
}
