import { hash } from 'node:crypto';
import { AdcsBackupError } from '../errors.ts';
import { mapKey } from './layout.ts';
import type { Extent, FileRole, ObjectRecord } from './manifest.ts';
import { type BlockLocation, ENTRY_BYTES, encodeMap, type MapSection, writeEntry } from './map.ts';
import type { PackWriter, SetTarget } from './pack-writer.ts';

/** A map is put after so many blocks: 1 GiB of source. */
export const MAP_BLOCKS: number = 16_384;

/** A file as its maps name it. */
export interface MappedFile {
  readonly role: FileRole;
  readonly name: string;
  readonly sourcePath: string;
}

/** Where a block lies, by the pack's key; undefined for a block of zeros. */
export interface StoredBlock {
  readonly packKey: string | undefined;
  readonly location: Omit<BlockLocation, 'pack'>;
}

/** Collects block entries and puts them as maps while the run goes on, after the packs that they name. */
export class MapWriter {
  readonly #target: SetTarget;
  readonly #packs: PackWriter;
  readonly #records: ObjectRecord[] = [];
  readonly #entries: Buffer = Buffer.alloc(MAP_BLOCKS * ENTRY_BYTES);
  #packIndexes: Map<string, number> = new Map();
  #sections: (MapSection & { blocks: number })[] = [];
  #blocks = 0;
  #file: MappedFile | undefined;
  #fileBlocks = 0;
  #extents: Extent[] = [];

  constructor(target: SetTarget, packs: PackWriter) {
    this.#target = target;
    this.#packs = packs;
  }

  /** Bytes that are in the sink. */
  storedBytes = 0;

  /** Maps that are in the sink. */
  get records(): readonly ObjectRecord[] {
    return this.#records;
  }

  beginFile(file: MappedFile): void {
    this.#file = file;
    this.#fileBlocks = 0;
    this.#extents = [];
    this.#sections.push({ ...file, firstBlock: 0, blocks: 0 });
  }

  /** The next block of the file. */
  async add(digest: Uint8Array, block: StoredBlock): Promise<void> {
    if (this.#blocks === MAP_BLOCKS) await this.flush();
    const at = this.#blocks * ENTRY_BYTES;
    const pack = block.packKey === undefined ? undefined : this.#packIndexOf(block.packKey);
    writeEntry(this.#entries.subarray(at, at + ENTRY_BYTES), digest, { ...block.location, pack });
    this.#blocks += 1;
    this.#fileBlocks += 1;
    const section = this.#sections.at(-1);
    if (section !== undefined) section.blocks += 1;
  }

  /** Where the file's entries lie, or will lie once {@link flush} was called. */
  endFile(): readonly Extent[] {
    this.#closeExtent();
    this.#file = undefined;
    return this.#extents;
  }

  /** Puts the packs, then the entries so far. */
  async flush(): Promise<void> {
    await this.#packs.flush();
    if (this.#blocks === 0) return;
    this.#closeExtent();
    const key = mapKey(this.#target.place, this.#records.length + 1);
    const header = {
      label: this.#target.place.label.text,
      packs: [...this.#packIndexes.keys()].map((pack) => this.#recordOf(pack)),
      sections: this.#sections.filter((section) => section.blocks > 0),
    };
    const body = encodeMap(header, this.#entries.subarray(0, this.#blocks * ENTRY_BYTES));
    await this.#target.sink.put(key, body, { signal: this.#target.signal });
    this.#records.push({ key, sizeBytes: body.length, sha256: hash('sha256', body, 'hex') });
    this.storedBytes += body.length;
    this.#beginMap();
  }

  #beginMap(): void {
    this.#packIndexes = new Map();
    this.#blocks = 0;
    this.#sections = this.#file === undefined ? [] : [{ ...this.#file, firstBlock: this.#fileBlocks, blocks: 0 }];
  }

  #closeExtent(): void {
    const blocks = this.#sections.at(-1)?.blocks ?? 0;
    if (this.#file === undefined || blocks === 0) return;
    this.#extents.push({ map: this.#records.length, firstEntry: this.#blocks - blocks, blocks });
  }

  #packIndexOf(key: string): number {
    const known = this.#packIndexes.get(key);
    if (known !== undefined) return known;
    this.#packIndexes.set(key, this.#packIndexes.size);
    return this.#packIndexes.size - 1;
  }

  #recordOf(packKey: string): ObjectRecord {
    const record = this.#packs.records.get(packKey);
    if (record === undefined) throw new AdcsBackupError('internal', `${packKey} was named by a map but never put`);
    return record;
  }
}
