import type { StoredObject } from '../sink/backup-sink.ts';

/** Several listings as one, ascending by code unit of the key; of objects with the same key the first counts. */
export function mergedListing(listings: readonly ReadonlyMap<string, StoredObject>[]): readonly StoredObject[] {
  const merged = new Map<string, StoredObject>();
  for (const objects of listings) {
    for (const [key, object] of objects) if (!merged.has(key)) merged.set(key, object);
  }
  return listings.length === 1 ? [...merged.values()] : [...merged.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
