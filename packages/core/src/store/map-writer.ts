import { hash } from 'node:crypto';
import { AdcsBackupError } from '../errors.ts';
import { chainTerms } from './chain-terms.ts';
import { discarded } from './garbage.ts';
import { mapKey } from './layout.ts';
import type { ChainTerms, Extent, FileRole, ObjectRecord } from './manifest.ts';
import { type BlockLocation, ENTRY_BYTES, encodeMap, writeEntry } from './map.ts';
import type { PackWriter, SetTarget } from './pack-writer.ts';
import { putSigned } from './put-signed.ts';

/** A map is put after so many blocks: 1 GiB of source. */
export const MAP_BLOCKS: number = 16_384;

/** Or after so long: an interrupted run loses no more than this. */
const MAP_MS = 60_000;

/** A file as its maps name it. */
export interface MappedFile {
  readonly role: FileRole;
  readonly name: string;
  readonly sourcePath: string;
}

/** A file whose blocks are being added. */
export interface FileMapping {
  readonly file: MappedFile;
  /** Blocks so far. */
  blocks: number;
  /** Grows with each map that is put: complete after {@link MapWriter.flush}. */
  readonly extents: Extent[];
}

/** Where a block lies, by the pack's key; undefined for a block of zeros. */
export interface StoredBlock {
  readonly packKey: string | undefined;
  readonly location: Omit<BlockLocation, 'pack'>;
}

/** Entries of one file in the map that is being made. */
interface OpenSection {
  readonly mapping: FileMapping;
  readonly firstBlock: number;
  readonly firstEntry: number;
  blocks: number;
}

/** Collects block entries and puts them as maps while the run goes on, after the packs that they name. */
export class MapWriter {
  readonly #target: SetTarget;
  readonly #packs: PackWriter;
  readonly #terms: ChainTerms;
  readonly #records: ObjectRecord[] = [];
  readonly #entries: Buffer = Buffer.alloc(MAP_BLOCKS * ENTRY_BYTES);
  readonly #packIndexes: Map<string, number> = new Map();
  #sections: OpenSection[] = [];
  #blocks = 0;
  #begunAt: number;

  constructor(target: SetTarget, packs: PackWriter, terms: ChainTerms) {
    this.#target = target;
    this.#packs = packs;
    this.#terms = chainTerms(terms);
    this.#begunAt = target.now();
  }

  /** Bytes that are in the sink. */
  storedBytes = 0;

  /** Maps that are in the sink. */
  get records(): readonly ObjectRecord[] {
    return this.#records;
  }

  beginFile(file: MappedFile): FileMapping {
    return { file, blocks: 0, extents: [] };
  }

  /** The next block of the file. */
  async add(mapping: FileMapping, digest: Uint8Array, block: StoredBlock): Promise<void> {
    if (this.#blocks === MAP_BLOCKS || this.#target.now() - this.#begunAt >= MAP_MS) await this.flush();
    const section = this.#sectionOf(mapping);
    const at = this.#blocks * ENTRY_BYTES;
    const pack = block.packKey === undefined ? undefined : this.#packIndexOf(block.packKey);
    writeEntry(this.#entries.subarray(at, at + ENTRY_BYTES), digest, { ...block.location, pack });
    this.#blocks += 1;
    section.blocks += 1;
    mapping.blocks += 1;
  }

  /** Puts the packs, then the entries so far. */
  async flush(): Promise<void> {
    await this.#packs.flush();
    if (this.#blocks === 0) return;
    const map = this.#records.length;
    const key = mapKey(this.#target.place, map + 1);
    const body = this.#encode();
    await putSigned(this.#target.sink, { key, body }, this.#target);
    this.#records.push({ key, sizeBytes: body.length, sha256: hash('sha256', body, 'hex') });
    this.storedBytes += body.length;
    discarded(body.length);
    for (const { mapping, firstEntry, blocks } of this.#sections) mapping.extents.push({ map, firstEntry, blocks });
    this.#packIndexes.clear();
    this.#sections = [];
    this.#blocks = 0;
    this.#begunAt = this.#target.now();
  }

  #encode(): Buffer {
    const header = {
      label: this.#target.place.label.text,
      ...this.#terms,
      packs: [...this.#packIndexes.keys()].map((pack) => this.#recordOf(pack)),
      sections: this.#sections.map(({ mapping, firstBlock, blocks }) => ({ ...mapping.file, firstBlock, blocks })),
    };
    return encodeMap(header, this.#entries.subarray(0, this.#blocks * ENTRY_BYTES));
  }

  #sectionOf(mapping: FileMapping): OpenSection {
    const last = this.#sections.at(-1);
    if (last?.mapping === mapping) return last;
    const section = { mapping, firstBlock: mapping.blocks, firstEntry: this.#blocks, blocks: 0 };
    this.#sections.push(section);
    return section;
  }

  #packIndexOf(key: string): number {
    const known = this.#packIndexes.get(key);
    if (known !== undefined) return known;
    this.#packIndexes.set(key, this.#packIndexes.size);
    return this.#packIndexes.size - 1;
  }

  #recordOf(packKey: string): ObjectRecord {
    const record = this.#packs.records.get(packKey);
    /* v8 ignore next -- @preserve flushing the packs has put every pack that an entry names */
    if (record === undefined) throw new AdcsBackupError('internal', `${packKey} was named by a map but never put`);
    return record;
  }
}
