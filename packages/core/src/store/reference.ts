import { discarded } from './garbage.ts';
import type { Extent, FileRole, ObjectRecord } from './manifest.ts';
import { type BlockLocation, type BlockMap, ENTRY_BYTES, entryDigest, entryLocation } from './map.ts';

/** A block that the chain holds already. */
export interface KnownBlock {
  readonly digest: Uint8Array;
  readonly pack: ObjectRecord;
  readonly location: BlockLocation;
}

/** A run that a new one can build on: the chain's newest set, or one that was interrupted. */
export interface ReferenceRun {
  readonly label: string;
  readonly files: readonly ReferenceFile[];
  /** Reads map `index`. Undefined when it is gone or damaged: then its blocks count as new. */
  readMap(index: number): Promise<BlockMap | undefined>;
}

export interface ReferenceFile {
  readonly role: FileRole;
  readonly name: string;
  /** In order of the file's blocks. */
  readonly extents: readonly Extent[];
}

/** Whether a pack is in the sink, whole: what lies in a missing one must be stored again. */
export type IsPresent = (pack: ObjectRecord) => boolean;

/** Walks through the blocks of one file of a reference run, in step with a reader of that file. */
export class ReferenceCursor {
  readonly #run: ReferenceRun;
  readonly #isPresent: IsPresent;
  readonly #extents: Extent[];
  #map: { readonly index: number; readonly content: BlockMap | undefined } | undefined;
  /** Blocks of the first extent that have been handed out. */
  #done = 0;

  constructor(run: ReferenceRun, file: Pick<ReferenceFile, 'role' | 'name'>, isPresent: IsPresent) {
    this.#run = run;
    this.#isPresent = isPresent;
    this.#extents = [...(run.files.find(({ role, name }) => role === file.role && name === file.name)?.extents ?? [])];
  }

  /** The next `count` blocks: undefined for those that the run doesn't hold, or that are zeros. */
  async next(count: number): Promise<readonly (KnownBlock | undefined)[]> {
    const blocks: (KnownBlock | undefined)[] = [];
    while (blocks.length < count) {
      const extent = this.#extents[0];
      if (extent === undefined) return [...blocks, ...new Array<undefined>(count - blocks.length)];
      const map = await this.#mapAt(extent.map);
      const taken = Math.min(count - blocks.length, extent.blocks - this.#done);
      for (let index = 0; index < taken; index++)
        blocks.push(this.#blockOf(map, extent.firstEntry + this.#done + index));
      this.#done += taken;
      if (this.#done < extent.blocks) continue;
      this.#extents.shift();
      this.#done = 0;
    }
    return blocks;
  }

  async #mapAt(index: number): Promise<BlockMap | undefined> {
    if (this.#map?.index === index) return this.#map.content;
    discarded(this.#map?.content?.entries.length ?? 0);
    this.#map = { index, content: await this.#run.readMap(index) };
    return this.#map.content;
  }

  #blockOf(map: BlockMap | undefined, index: number): KnownBlock | undefined {
    if (map === undefined || (index + 1) * ENTRY_BYTES > map.entries.length) return undefined;
    const location = entryLocation(map.entries, index);
    const pack = location.pack === undefined ? undefined : map.header.packs[location.pack];
    if (pack === undefined || !this.#isPresent(pack)) return undefined;
    return { digest: entryDigest(map.entries, index), pack, location };
  }
}
