import type { RestoreMap } from '../certsrv.ts';
import { AdcsBackupError } from '../errors.ts';
import type { BackupSink, StoredObject } from '../sink/backup-sink.ts';
import { BLOCK_BYTES } from './blocks.ts';
import { chainTerms } from './chain-terms.ts';
import { FileWriter, type FileWriterParts, type ReadWatch } from './file-writer.ts';
import { beginKey, manifestKey, type SetPlace } from './layout.ts';
import {
  type ChainTerms,
  type Checks,
  type ContentFinding,
  type FileRecord,
  FORMAT,
  type Manifest,
  type ObjectRecord,
  type Warning,
} from './manifest.ts';
import { encodeManifest } from './manifest-json.ts';
import { type MappedFile, MapWriter } from './map-writer.ts';
import { PackWriter, type SetTarget } from './pack-writer.ts';
import { putSigned } from './put-signed.ts';
import type { ByteSource } from './stretch-reader.ts';

/** What is known of a set when it begins; goes into its manifest as it is. */
export type SetBeginning = Pick<
  Manifest,
  | 'label'
  | 'chain'
  | 'type'
  | 'base'
  | 'number'
  | 'previous'
  | 'ca'
  | 'server'
  | 'host'
  | 'startedAt'
  | 'tool'
  | 'library'
  | keyof ChainTerms
> & { readonly restoreMap: RestoreMap };

/** What the run found out by the end. */
export interface SetVerdictInput {
  readonly sealedAt: Date;
  readonly checks: Pick<Checks, 'contents' | 'chain'>;
  readonly warnings: readonly Warning[];
  readonly findings: readonly ContentFinding[];
}

/**
 * Claims a label by putting `begin.json`; its time is the sink's clock.
 * @throws `object-exists` when another run has it
 */
export async function putBegin(target: SetTarget, beginning: SetBeginning): Promise<StoredObject> {
  const { label, chain, type, ca, server, host, startedAt, tool } = beginning;
  const terms = chainTerms(beginning);
  const document = { format: FORMAT, label, chain, type, ...terms, ca, server, host, startedAt, tool };
  const body = Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
  try {
    return await putSigned(target.sink, { key: beginKey(target.place), body }, target);
  } catch (error) {
    if (!AdcsBackupError.is(error, 'object-exists')) throw error;
    throw new AdcsBackupError('object-exists', `another run has begun the set ${label}`, {
      cause: error,
      hint: 'Another backup of this CA into this sink began in the same second. Let it end, then run again.',
    });
  }
}

/** What a set is stored with. */
export type SetParts = Pick<FileWriterParts, 'encoder' | 'references' | 'isPresent'>;

/** The writers for one place. */
interface BegunWriter {
  readonly target: SetTarget;
  readonly beginning: SetBeginning;
  readonly packs: PackWriter;
  readonly maps: MapWriter;
  readonly writer: FileWriter;
}

/** Stores the files of a set that was begun, and seals it. Only {@link seal} makes it exist. */
export class SetWriter {
  readonly #cancel: AbortController = new AbortController();
  readonly #files: FileRecord[] = [];
  #begun: BegunWriter;

  constructor(target: SetTarget, beginning: SetBeginning, parts: SetParts) {
    this.#begun = this.#begin(target, beginning, parts);
  }

  get beginning(): SetBeginning {
    return this.#begun.beginning;
  }

  get place(): SetPlace {
    return this.#begun.target.place;
  }

  /** What was added so far. */
  get files(): readonly FileRecord[] {
    return this.#files;
  }

  /** Bytes put so far. */
  get storedBytes(): number {
    return this.#begun.packs.storedBytes + this.#begun.maps.storedBytes;
  }

  /** Goes to another place, with another beginning. Only before the first file. */
  moveTo(target: SetTarget, beginning: SetBeginning, parts: SetParts): void {
    this.#begun = this.#begin(target, beginning, parts);
  }

  /** Stores a file's content; see {@link FileWriter.write}. It belongs to the set once it was added. */
  storeFile(file: MappedFile, source: ByteSource, watch: ReadWatch = {}): Promise<FileRecord> {
    return this.#begun.writer.write({ ...file, name: this.#uniqueName(file) }, source, watch);
  }

  addFile(file: FileRecord): void {
    this.#files.push(file);
  }

  /** Puts what is still in memory. */
  async flush(): Promise<void> {
    await this.#begun.maps.flush();
  }

  /** What the set refers to, as far as it is stored: its maps, own packs and older ones. All of it after {@link flush}. */
  get objects(): readonly ObjectRecord[] {
    return [...this.#begun.maps.records, ...this.#packRecords()];
  }

  /** Puts the manifest into `sinks`, which have all of {@link objects}. */
  async seal({ checks, ...input }: SetVerdictInput, sinks: BackupSink): Promise<Manifest> {
    const { beginning, maps, target, writer } = this.#begun;
    const manifest: Manifest = {
      format: FORMAT,
      ...beginning,
      blockBytes: BLOCK_BYTES,
      files: this.#files,
      maps: maps.records,
      packs: this.#packRecords(),
      counts: { ...writer.counts, storedBytes: this.storedBytes },
      checks: { sizes: 'passed', objects: 'passed', ...checks },
      sound: checks.contents === 'passed' && checks.chain === 'passed',
      ...input,
    };
    await putSigned(sinks, { key: manifestKey(target.place), body: encodeManifest(manifest) }, target);
    return manifest;
  }

  /** After a failure: cancels what is being stored, and waits until nothing is any more, or nobody heeds it. */
  async abandon(reason: unknown): Promise<void> {
    this.#cancel.abort(reason);
    await this.#begun.writer.settle();
    await this.#begun.packs.settle();
  }

  #begin(target: SetTarget, beginning: SetBeginning, parts: SetParts): BegunWriter {
    const signals = target.signal === undefined ? [] : [target.signal];
    const signal = AbortSignal.any([...signals, this.#cancel.signal]);
    const cancellable = { ...target, signal };
    const packs = new PackWriter(cancellable, parts.encoder);
    const maps = new MapWriter(cancellable, packs, beginning);
    const writer = new FileWriter({ ...parts, packs, maps, terms: beginning, signal });
    return { target: cancellable, beginning, packs, maps, writer };
  }

  #packRecords(): ObjectRecord[] {
    return [...this.#begun.packs.records.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
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
