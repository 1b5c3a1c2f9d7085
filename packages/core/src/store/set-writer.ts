import type { RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { StoredObject } from '../sink/backup-sink.ts';
import { BLOCK_BYTES } from './blocks.ts';
import { FileWriter, type FileWriterParts, type ReadWatch } from './file-writer.ts';
import { beginKey, chainDataPrefix, manifestKey, type SetPlace } from './layout.ts';
import { type Checks, type FileRecord, FORMAT, type Manifest, type ObjectRecord, type Warning } from './manifest.ts';
import { encodeManifest } from './manifest-json.ts';
import { type MappedFile, MapWriter } from './map-writer.ts';
import { PackWriter, type SetTarget } from './pack-writer.ts';
import type { ByteSource } from './stretch-reader.ts';

/** What is known of a set when it begins; goes into its manifest as it is. */
export type SetBeginning = Pick<
  Manifest,
  'label' | 'chain' | 'type' | 'number' | 'previous' | 'ca' | 'server' | 'host' | 'startedAt' | 'tool' | 'library'
> & { readonly restoreMap: RestoreMap };

/** What the run found out by the end. */
export interface SetVerdictInput {
  readonly sealedAt: Date;
  readonly contents: Checks['contents'];
  readonly warnings: readonly Warning[];
  readonly findings: readonly Warning[];
}

/**
 * Claims a label by putting `begin.json`; its time is the sink's clock.
 * @throws `object-exists` when another run has it
 */
export async function putBegin({ sink, place, signal }: SetTarget, beginning: SetBeginning): Promise<StoredObject> {
  const { label, chain, type, ca, server, host, startedAt, tool } = beginning;
  const document = { format: FORMAT, label, chain, type, ca, server, host, startedAt, tool };
  const body = Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
  try {
    return await sink.put(beginKey(place), body, { signal });
  } catch (error) {
    if (!AdcsBackupError.is(error, 'object-exists')) throw error;
    throw new AdcsBackupError('object-exists', `another run has begun the set ${label}`, {
      cause: error,
      hint: 'Another backup of this CA into this sink began in the same second. Let it end, then run again.',
    });
  }
}

/** Stores the files of a set that was begun, and seals it. Only {@link seal} makes it exist. */
export class SetWriter {
  readonly beginning: SetBeginning;
  readonly place: SetPlace;
  readonly #target: SetTarget;
  readonly #packs: PackWriter;
  readonly #maps: MapWriter;
  readonly #writer: FileWriter;
  readonly #files: FileRecord[] = [];
  readonly #cancel: AbortController = new AbortController();

  constructor(
    target: SetTarget,
    beginning: SetBeginning,
    parts: Pick<FileWriterParts, 'encoder' | 'references' | 'isPresent'>,
  ) {
    const signals = target.signal === undefined ? [] : [target.signal];
    const signal = AbortSignal.any([...signals, this.#cancel.signal]);
    this.beginning = beginning;
    this.place = target.place;
    this.#target = { ...target, signal };
    this.#packs = new PackWriter(this.#target);
    this.#maps = new MapWriter(this.#target, this.#packs);
    this.#writer = new FileWriter({ ...parts, packs: this.#packs, maps: this.#maps, signal });
  }

  /** Bytes put so far. */
  get storedBytes(): number {
    return this.#packs.storedBytes + this.#maps.storedBytes;
  }

  /** Stores a file's content; see {@link FileWriter.write}. It belongs to the set once it was added. */
  storeFile(file: MappedFile, source: ByteSource, watch: ReadWatch = {}): Promise<FileRecord> {
    return this.#writer.write({ ...file, name: this.#uniqueName(file) }, source, watch);
  }

  addFile(file: FileRecord): void {
    this.#files.push(file);
  }

  /**
   * Puts what is still in memory, looks whether everything is there, then puts the manifest.
   * @throws `integrity-failed` when an object is missing or has another size
   */
  async seal(input: SetVerdictInput): Promise<Manifest> {
    await this.#maps.flush();
    const packs = [...this.#packs.records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    await this.#requireObjects([...this.#maps.records, ...packs]);
    const manifest: Manifest = {
      format: FORMAT,
      ...this.beginning,
      sealedAt: input.sealedAt,
      blockBytes: BLOCK_BYTES,
      files: this.#files,
      maps: this.#maps.records,
      packs,
      counts: { ...this.#writer.counts, storedBytes: this.storedBytes },
      checks: { sizes: 'passed', objects: 'passed', contents: input.contents },
      sound: input.contents === 'passed',
      warnings: input.warnings,
      findings: input.findings,
    };
    await this.#target.sink.put(manifestKey(this.#target.place), encodeManifest(manifest), {
      signal: this.#target.signal,
    });
    return manifest;
  }

  /** After a failure: cancels what is being stored, and waits until nothing is any more. */
  async abandon(reason: unknown): Promise<void> {
    this.#cancel.abort(reason);
    await this.#writer.settle();
    await this.#packs.settle();
  }

  async #requireObjects(records: readonly ObjectRecord[]): Promise<void> {
    const sizes = new Map<string, number>();
    const { sink, place, signal } = this.#target;
    for await (const object of sink.list(chainDataPrefix(place), { signal })) sizes.set(object.key, object.sizeBytes);
    for (const { key, sizeBytes } of records) {
      const size = sizes.get(key);
      if (size === sizeBytes) continue;
      const what = size === undefined ? 'is not there' : `has ${size} bytes instead of ${sizeBytes}`;
      throw new AdcsBackupError('integrity-failed', `${key} was stored, but now it ${what}`, {
        hint: 'Something deletes or alters objects in the sink. The set was not sealed; find the cause, then run again.',
      });
    }
  }

  /** Restored databases and logs lie in one folder, dynamic files in another: a second file of a name gets a number. */
  #uniqueName(file: MappedFile): string {
    const taken = (name: string): boolean =>
      this.#files.some((other) => sharesFolder(other, file) && other.name.toLowerCase() === name.toLowerCase());
    if (!taken(file.name)) return file.name;
    for (let number = 2; ; number++) {
      const name = `${number}-${file.name}`;
      if (!taken(name)) return name;
    }
  }
}

function sharesFolder(one: MappedFile, other: MappedFile): boolean {
  return (one.role === 'dynamic') === (other.role === 'dynamic');
}
