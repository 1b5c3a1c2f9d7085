import type { ObjectKey, StoredObject } from '@adcs-backup/core/sink';

/** What lies in a folder under one name. */
export interface Entry {
  readonly key: ObjectKey;
  /** Undefined for a folder. */
  readonly object: StoredObject | undefined;
}

export interface Walk {
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
  /** What lies in the folder whose keys begin with `folder`: '' or a text that ends in a slash. */
  readFolder(folder: string): Promise<readonly Entry[]>;
}

/**
 * Every object whose key begins with the prefix, by code unit of the whole key. Holds the names of one folder per
 * level, and reads no folder that the prefix rules out.
 */
export async function* walk(options: Walk, folder = ''): AsyncGenerator<StoredObject, void, undefined> {
  const entries = await options.readFolder(folder);
  for (const { key, object } of entries.filter(wanted(options.prefix)).sort(byKey)) {
    options.signal?.throwIfAborted();
    if (object === undefined) yield* walk(options, `${key}/`);
    else yield object;
  }
}

function wanted(prefix: string): (entry: Entry) => boolean {
  return (entry) => {
    const text = sortsAs(entry);
    return text.startsWith(prefix) || (entry.object === undefined && prefix.startsWith(text));
  };
}

function byKey(one: Entry, other: Entry): number {
  return sortsAs(one) < sortsAs(other) ? -1 : 1;
}

/** A folder sorts as what its keys begin with: `a-b`, `a.b`, `a/b`. */
function sortsAs({ key, object }: Entry): string {
  return object === undefined ? `${key}/` : key;
}
