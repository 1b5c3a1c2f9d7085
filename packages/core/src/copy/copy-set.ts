import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, CallOptions } from '../sink/backup-sink.ts';
import { type ObjectKey, objectKey } from '../sink/keys.ts';
import type { SetEntry } from '../store/catalogue.ts';
import { beginKey, setPrefix, signatureKey } from '../store/layout.ts';
import type { Manifest, ObjectRecord } from '../store/manifest.ts';
import { readRecorded } from '../store/set-reader.ts';

/** Objects on their way at once: 32 MiB each at most. */
const COPIES_AT_ONCE = 2;

/** Told of each object. */
export type CopyProgress = {
  readonly type: 'copy-progress';
  readonly label: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
};

export interface CopySetOptions extends CallOptions {
  readonly observe?: ((event: CopyProgress) => void) | undefined;
}

/** Where a set comes from, where it goes, and what of its chain is there already: sizes by key. */
export interface SetCopy {
  readonly from: BackupSink;
  readonly to: BackupSink;
  readonly present: Map<string, number>;
}

/** A set of `from`, and what its manifest says. */
export interface ReadSet {
  readonly entry: SetEntry;
  readonly manifest: Manifest;
}

/** What had to be copied of a set. */
export type CopiedBytes = {
  readonly objects: number;
  readonly bytes: number;
};

/**
 * Copies what `to` lacks of a set, byte by byte, each object held to the manifest: the manifest last, so the
 * set exists there only when all that it refers to does. Signatures come before what they are of.
 * @throws `integrity-failed`, `object-not-found` when the set is damaged, and what the sinks throw
 */
export async function copySet(
  copy: SetCopy,
  { entry, manifest }: ReadSet,
  options: CopySetOptions = {},
): Promise<CopiedBytes> {
  const begin = beginKey(entry);
  const signed = entry.hasSignature ? [begin, ...manifest.maps.map(({ key }) => key)] : [];
  return sumOf([
    await copySignatures(copy, signed, options),
    await copyRecords(copy, manifest, options),
    await copyIfThere(copy, begin, options),
    await copyDocuments(copy, entry, options),
  ]);
}

/** Copies what `to` lacks of the signatures of these objects, where they have one. */
export async function copySignatures(
  copy: SetCopy,
  keys: readonly string[],
  options: CallOptions,
): Promise<CopiedBytes> {
  const copied: CopiedBytes[] = [];
  for (const key of keys) copied.push(await copyIfThere(copy, signatureKey(objectKey(key)), options));
  return sumOf(copied);
}

/** Copies the maps and packs that `to` lacks. */
export async function copyRecords(
  copy: SetCopy,
  { label, maps, packs }: Pick<Manifest, 'label' | 'maps' | 'packs'>,
  { signal, observe }: CopySetOptions,
): Promise<CopiedBytes> {
  const missing = [...packs, ...maps].filter((record) => !isThere(record, copy));
  const totalBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  await inParallel(missing, async (record) => {
    const body = await readRecorded(copy.from, record, { signal });
    await putCopy(copy, { key: objectKey(record.key), body }, { signal });
    doneBytes += record.sizeBytes;
    observe?.({ type: 'copy-progress', label, doneBytes, totalBytes });
  });
  return { objects: missing.length, bytes: totalBytes };
}

function isThere({ key, sizeBytes }: Pick<ObjectRecord, 'key' | 'sizeBytes'>, { present, to }: SetCopy): boolean {
  const found = present.get(key);
  if (found === undefined || found === sizeBytes) return found !== undefined;
  throw new AdcsBackupError('integrity-failed', `${key} has ${found} bytes in ${to.location} instead of ${sizeBytes}`, {
    hint: 'Somebody altered the object there, and none is ever replaced: move it away, then copy again.',
  });
}

/** Signatures, the manifest, then what came after it. */
async function copyDocuments(copy: SetCopy, entry: SetEntry, options: CallOptions): Promise<CopiedBytes> {
  const keys: ObjectKey[] = [];
  for await (const document of copy.from.list(setPrefix(entry), options)) {
    if (!isThere(document, copy)) keys.push(document.key);
  }
  const ranked = keys.map((key) => ({ key, rank: key.endsWith('.minisig') ? 0 : key === entry.manifestKey ? 1 : 2 }));
  const copied: CopiedBytes[] = [];
  for (const { key } of ranked.sort((a, b) => a.rank - b.rank)) copied.push(await copyIfThere(copy, key, options));
  return sumOf(copied);
}

function sumOf(copied: readonly CopiedBytes[]): CopiedBytes {
  const sum = (of: (each: CopiedBytes) => number): number => copied.reduce((total, each) => total + of(each), 0);
  return { objects: sum(({ objects }) => objects), bytes: sum(({ bytes }) => bytes) };
}

async function copyIfThere(copy: SetCopy, key: ObjectKey, options: CallOptions): Promise<CopiedBytes> {
  const none = { objects: 0, bytes: 0 };
  if (copy.present.has(key)) return none;
  try {
    const body = await copy.from.get(key, options);
    await putCopy(copy, { key, body }, options);
    return { objects: 1, bytes: body.length };
  } catch (error) {
    if (!AdcsBackupError.is(error, 'object-not-found')) throw error;
    return none;
  }
}

interface ObjectCopy {
  readonly key: ObjectKey;
  readonly body: Uint8Array;
}

/** Another copy may go on at the same time: what it has put is as good. */
async function putCopy({ to, present }: SetCopy, { key, body }: ObjectCopy, options: CallOptions): Promise<void> {
  try {
    await to.put(key, body, options);
  } catch (error) {
    if (!AdcsBackupError.is(error, 'object-exists')) throw error;
    const theirs = await to.get(key, options);
    if (Buffer.compare(theirs, body) !== 0) throw error;
  }
  present.set(key, body.length);
}

/** After a failure nothing more is begun, and nothing is left under way. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const carry = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: COPIES_AT_ONCE }, carry));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
}
