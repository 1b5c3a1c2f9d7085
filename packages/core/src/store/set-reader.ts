import { hash } from 'node:crypto';
import type { SetOutcome } from '../backup/options.ts';
import { AdcsBackupError } from '../errors.ts';
import type { BackupSink } from '../sink/backup-sink.ts';
import type { SetEntry } from './catalogue.ts';
import { manifestKey, outcomeKey } from './layout.ts';
import type { Manifest, ObjectRecord } from './manifest.ts';
import { decodeManifest } from './manifest-json.ts';
import { type BlockMap, decodeMap } from './map.ts';
import { type ReadOptions, readObject } from './older-versions.ts';
import { decodeOutcome } from './outcome-json.ts';
import { readSigned } from './signed-object.ts';
import { isStoredFault } from './stored-fault.ts';

/** What a set says of itself. */
export interface StoredSet {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** Undefined when the run was ended before it could write one, and when it can't be read. */
  readonly outcome: SetOutcome | undefined;
  /** Why the outcome can't be read. */
  readonly outcomeFault: AdcsBackupError | undefined;
}

/**
 * Reads the manifest, and the outcome where there is one.
 * @throws `integrity-failed`, `signature-invalid`, `format-unsupported`, and what the sink throws
 */
export async function readSet(sink: BackupSink, entry: SetEntry, options: ReadOptions = {}): Promise<StoredSet> {
  const read = await readManifest(sink, entry, options);
  try {
    return { ...read, outcome: await readOutcome(sink, entry, options), outcomeFault: undefined };
  } catch (error) {
    if (!isStoredFault(error)) throw error;
    return { ...read, outcome: undefined, outcomeFault: error };
  }
}

/** @throws `integrity-failed`, `signature-invalid`, `format-unsupported`, and what the sink throws */
export async function readManifest(
  sink: BackupSink,
  entry: SetEntry,
  options: ReadOptions,
): Promise<Pick<StoredSet, 'manifest' | 'manifestSha256'>> {
  const key = manifestKey(entry);
  const accept = (bytes: Uint8Array) => {
    return { manifest: manifestOf(bytes, entry), manifestSha256: hash('sha256', bytes, 'hex') };
  };
  return await readSigned(sink, { key, sizeBytes: undefined, accept }, options);
}

function manifestOf(bytes: Uint8Array, entry: SetEntry): Manifest {
  const key = manifestKey(entry);
  const manifest = decodeManifest(bytes, key);
  if (manifest.label !== entry.label.text || manifest.chain !== entry.chain || manifest.ca.id !== entry.caId) {
    throw new AdcsBackupError('integrity-failed', `${key} is the manifest of ${manifest.ca.id}, ${manifest.label}`, {
      hint: 'Somebody moved or copied it. Use another set, and find out who may write to the sink.',
    });
  }
  return manifest;
}

/** How the set's session ended; undefined when the run was ended before it could tell. @throws as {@link readManifest} */
export async function readOutcome(
  sink: BackupSink,
  entry: SetEntry,
  options: ReadOptions,
): Promise<SetOutcome | undefined> {
  if (!entry.hasOutcome) return undefined;
  const key = outcomeKey(entry);
  const accept = (bytes: Uint8Array): SetOutcome => decodeOutcome(bytes, key);
  return await readSigned(sink, { key, sizeBytes: undefined, accept }, options);
}

/**
 * Reads an object that a manifest names, and holds it to the manifest.
 * @throws `integrity-failed` when size or SHA-256 differ; `object-not-found`
 */
export async function readRecorded(
  sink: BackupSink,
  record: ObjectRecord,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  const accept = (bytes: Uint8Array): Uint8Array => held(bytes, record);
  return await readObject(sink, { key: record.key, sizeBytes: record.sizeBytes, accept }, options);
}

function held(bytes: Uint8Array, record: ObjectRecord): Uint8Array {
  const fault =
    bytes.length !== record.sizeBytes
      ? `has ${bytes.length} bytes instead of ${record.sizeBytes}`
      : hash('sha256', bytes, 'hex') !== record.sha256
        ? 'has another SHA-256 than its manifest says'
        : undefined;
  if (fault === undefined) return bytes;
  throw new AdcsBackupError('integrity-failed', `${record.key} ${fault}`, {
    hint: 'The object was altered or damaged in the sink. Restore from another set or another copy of the sink.',
  });
}

/** One map after another, each held to the manifest; memory for one at a time. */
export async function* readMaps(
  sink: BackupSink,
  manifest: Manifest,
  options: ReadOptions = {},
): AsyncGenerator<BlockMap, void, undefined> {
  for (const record of manifest.maps) yield decodeMap(await readRecorded(sink, record, options), record.key);
}
