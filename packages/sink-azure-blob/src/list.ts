import { isObjectKey, type ObjectVersion, type StoredObject } from '@adcs-backup/core/sink';
import type { BlobItem, ContainerClient, ContainerListBlobsOptions } from '@azure/storage-blob';
import { abortable } from './abortable.ts';
import { outOfOrderError } from './refusals.ts';

export interface Listing {
  readonly container: ContainerClient;
  /** Before every key: empty, or ending in a slash. */
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
}

/** The id of an object's only state, where the container keeps no versions. */
export const onlyVersion = 'current';

/** The objects whose keys begin with `text`. Folders, and blobs whose names are no keys, are left out. */
export async function* listObjects(
  { container, prefix, signal }: Listing,
  text: string,
): AsyncGenerator<StoredObject, void, undefined> {
  let last = '';
  // Accounts with a hierarchical namespace list their folders, and mark them only so.
  for await (const item of container.listBlobsFlat(optionsOf(prefix + text, signal, { includeMetadata: true }))) {
    if (item.name <= last) throw outOfOrderError(item.name, last);
    last = item.name;
    const key = item.name.slice(prefix.length);
    if (item.metadata?.['hdi_isfolder'] === 'true' || !isObjectKey(key)) continue;
    yield { key, ...whatItIs(item) };
  }
}

/** All states of the object `key`, the newest first. */
export async function listVersions({ container, prefix, signal }: Listing, key: string): Promise<ObjectVersion[]> {
  const name = prefix + key;
  const versions: ObjectVersion[] = [];
  for await (const item of container.listBlobsFlat(optionsOf(name, signal, { includeVersions: true }))) {
    if (item.name > name) break;
    versions.push({ id: item.versionId ?? onlyVersion, ...whatItIs(item) });
  }
  return versions.reverse();
}

function optionsOf(
  prefix: string,
  signal: AbortSignal | undefined,
  include: Pick<ContainerListBlobsOptions, 'includeMetadata' | 'includeVersions'>,
): ContainerListBlobsOptions {
  return { ...include, ...(prefix === '' ? {} : { prefix }), ...abortable(signal) };
}

function whatItIs({ properties }: BlobItem): { readonly sizeBytes: number; readonly modifiedAt: Date } {
  return { sizeBytes: properties.contentLength ?? 0, modifiedAt: properties.lastModified };
}
