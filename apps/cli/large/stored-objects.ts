import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Looks into a sink on disk, by nothing but what docs/store-format.md says. */

const ENTRY_BYTES = 48;
const ZERO_BLOCK = 0xffffffff;

/** Paths of all that the run `label` has stored under data/, in order. */
async function dataOf(sink: string, label: string): Promise<readonly string[]> {
  const data = join(sink, 'data');
  const paths = await readdir(data, { recursive: true }).catch(() => []);
  return paths
    .filter((path) => basename(dirname(path)) === label && /^(begin\.json|pack-\d+|map-\d+)$/.test(basename(path)))
    .map((path) => join(data, path))
    .sort((one, other) => (one < other ? -1 : 1));
}

async function mapsOf(sink: string, label: string): Promise<readonly string[]> {
  return (await dataOf(sink, label)).filter((path) => basename(path).startsWith('map-'));
}

/** Labels of all runs that have begun, sealed or not, oldest first. */
export async function begunLabels(sink: string): Promise<readonly string[]> {
  const paths = await readdir(join(sink, 'data'), { recursive: true }).catch(() => []);
  return paths
    .filter((path) => basename(path) === 'begin.json')
    .map((path) => basename(dirname(path)))
    .sort((one, other) => (one < other ? -1 : 1));
}

export async function mapCountOf(sink: string, label: string): Promise<number> {
  return (await mapsOf(sink, label)).length;
}

export async function storedBytesOf(sink: string, label: string): Promise<{ packBytes: number; mapBytes: number }> {
  const bytes = { pack: 0, map: 0, begin: 0 };
  for (const path of await dataOf(sink, label)) {
    const kind = /^(pack|map|begin)/.exec(basename(path))?.[1];
    if (kind === 'pack' || kind === 'map') bytes[kind] += (await stat(path)).size;
  }
  return { packBytes: bytes.pack, mapBytes: bytes.map };
}

/** A block as a map names it. */
export interface MappedBlock {
  /** `file block digest`. */
  readonly identity: string;
  /** Undefined for a block of zeros. */
  readonly packKey: string | undefined;
}

/** Every block that the maps of the run `label` name. */
export async function mappedBlocks(sink: string, label: string): Promise<readonly MappedBlock[]> {
  const blocks: MappedBlock[] = [];
  for (const path of await mapsOf(sink, label)) blocks.push(...blocksOfMap(await readFile(path)));
  return blocks;
}

interface MapHeader {
  readonly packs: readonly { readonly key: string }[];
  readonly sections: readonly { readonly name: string; readonly firstBlock: number; readonly blocks: number }[];
}

function* blocksOfMap(map: Buffer): Generator<MappedBlock> {
  const headerEnd = 12 + map.readUInt32LE(8);
  const { packs, sections }: MapHeader = JSON.parse(map.subarray(12, headerEnd).toString());
  let at = headerEnd;
  for (const { name, firstBlock, blocks } of sections) {
    for (let block = firstBlock; block < firstBlock + blocks; block++) {
      const pack = map.readUInt32LE(at + 32);
      const identity = `${name} ${block} ${map.toString('hex', at, at + 32)}`;
      yield { identity, packKey: pack === ZERO_BLOCK ? undefined : packs[pack]?.key };
      at += ENTRY_BYTES;
    }
  }
}
