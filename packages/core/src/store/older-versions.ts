import { AdcsBackupError } from '../errors.ts';
import type { PackIdentities, TrustedSigners } from '../keys.ts';
import type { BackupSink, CallOptions, ObjectVersion } from '../sink/backup-sink.ts';
import { type ObjectKey, objectKey } from '../sink/keys.ts';
import { isStoredFault } from './stored-fault.ts';

/** What is read in place of an object that was replaced or deleted. */
export interface OlderVersion {
  readonly key: string;
  /** The sink's id of it. */
  readonly version: string;
  /** When it was stored, by the sink's clock. */
  readonly modifiedAt: Date;
  /** What is wrong with the object as it is now. */
  readonly fault: string;
}

/** The older versions that a reader has come to use. */
export class OlderVersions {
  readonly #byKey: Map<string, OlderVersion> = new Map();
  readonly #onFound: (found: OlderVersion) => void;

  /** @param onFound told of each once */
  constructor(onFound: (found: OlderVersion) => void) {
    this.#onFound = onFound;
  }

  /** In the order in which they were found. */
  get all(): readonly OlderVersion[] {
    return [...this.#byKey.values()];
  }

  of(key: string): OlderVersion | undefined {
    return this.#byKey.get(key);
  }

  add(found: OlderVersion): void {
    if (this.#byKey.get(found.key)?.version === found.version) return;
    this.#byKey.set(found.key, found);
    this.#onFound(found);
  }
}

export interface ReadOptions extends CallOptions {
  /** Manifests, outcomes, maps and begins count only with a signature by one of these. */
  readonly trusted?: TrustedSigners | undefined;
  /** Open the packs of encrypted sets. */
  readonly identities?: PackIdentities | undefined;
  /** Gets every older version that is read in place of an object; without it none is. */
  readonly olderVersions?: OlderVersions | undefined;
}

/** An object, and how its bytes are held to what it must be. */
export interface WantedObject<T> {
  readonly key: string;
  /** Versions of another size aren't looked at; undefined where it isn't known. */
  readonly sizeBytes: number | undefined;
  /** @throws `integrity-failed` when the bytes aren't those that were stored */
  readonly accept: (bytes: Uint8Array) => T;
}

/**
 * Reads an object. Where it is gone or isn't what it must be, and the sink keeps versions, the oldest
 * version that is: objects are written once, so what came later was put there by somebody else.
 * @throws what is wrong with the object as it is, when no version fits; what the sink throws
 */
export async function readObject<T>(sink: BackupSink, wanted: WantedObject<T>, options: ReadOptions): Promise<T> {
  const { signal, olderVersions } = options;
  const key = objectKey(wanted.key);
  const version = olderVersions?.of(key)?.version;
  try {
    return wanted.accept(await sink.get(key, { signal, version }));
  } catch (fault) {
    if (!keepsOlder(sink, options) || !isStoredFault(fault)) throw fault;
    return await readOlder(sink, wanted, { ...options, key, fault });
  }
}

/** Whether older versions are wanted, and the sink may have some. */
export function keepsOlder(sink: BackupSink, options: ReadOptions): options is SearchOptions {
  return options.olderVersions !== undefined && sink.supports.versions;
}

interface SearchOptions extends ReadOptions {
  readonly olderVersions: OlderVersions;
}

interface Search extends SearchOptions {
  readonly key: ObjectKey;
  /** What is wrong with the object as it is. */
  readonly fault: AdcsBackupError;
}

async function readOlder<T>(sink: BackupSink, wanted: WantedObject<T>, search: Search): Promise<T> {
  const { key, fault, olderVersions, signal } = search;
  let kept: readonly ObjectVersion[];
  try {
    kept = (await sink.versions?.(key, { signal })) ?? [];
    for (const { id: version, modifiedAt } of candidates(kept, wanted)) {
      const accepted = await orUndefined(async () => ({
        value: wanted.accept(await sink.get(key, { signal, version })),
      }));
      if (accepted === undefined) continue;
      olderVersions.add({ key, version, modifiedAt, fault: fault.message });
      return accepted.value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw AdcsBackupError.is(error) && error.code !== 'sink-unreachable' ? unread(fault, error) : error;
  }
  throw kept.length === 0 ? fault : noneFits(fault, kept.length);
}

/** Oldest first. */
function candidates<T>(kept: readonly ObjectVersion[], { sizeBytes }: WantedObject<T>): readonly ObjectVersion[] {
  return kept.filter((version) => sizeBytes === undefined || version.sizeBytes === sizeBytes).toReversed();
}

/** Undefined when it isn't what was stored. */
async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isStoredFault(error)) return undefined;
    throw error;
  }
}

function noneFits(fault: AdcsBackupError, versions: number): AdcsBackupError {
  const message = `${fault.message}; no version that the sink keeps of it (${versions}) is what was stored`;
  return new AdcsBackupError(fault.code, message, { cause: fault, ...hintOf(fault) });
}

function unread(fault: AdcsBackupError, error: AdcsBackupError): AdcsBackupError {
  const message = `${fault.message}; its older versions can't be read: ${error.message}`;
  return new AdcsBackupError(fault.code, message, { cause: error, ...hintOf(fault), ...hintOf(error) });
}

function hintOf({ hint }: AdcsBackupError): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}
