import { AdcsBackupError } from '../errors.ts';
import { DIGEST_BYTES } from './blocks.ts';
import { JsonReader } from './json-reader.ts';
import { type ChainTerms, type FileRole, FORMAT, type ObjectRecord } from './manifest.ts';
import { readObject, readRole, readTerms, requireFormat } from './manifest-json.ts';

/**
 * A map says, for each block of a run of blocks, its digest and where it lies. Layout:
 *
 *     0   8  "ADCSMAP1"
 *     8   4  length of the header, u32 little-endian
 *     12  …  header: JSON in UTF-8
 *     …   48 an entry for each block
 *
 * The header names the packs and the files, so that a map of a run that was interrupted is usable by itself.
 */
export interface MapHeader extends ChainTerms {
  readonly label: string;
  /** Entries refer to packs by index in this list. */
  readonly packs: readonly ObjectRecord[];
  readonly sections: readonly MapSection[];
}

/** Entries of one file, in order; sections follow one another without a gap. */
interface MapSection {
  readonly role: FileRole;
  readonly name: string;
  readonly sourcePath: string;
  /** Index of the first block within the file. */
  readonly firstBlock: number;
  readonly blocks: number;
}

/**
 *     0   32  SHA-256 of the block
 *     32  4   index of the pack in the header, or 0xFFFFFFFF: a block of zeros
 *     36  4   offset of the frame in the pack's content
 *     40  4   length of the frame as stored
 *     44  1   index of the block in the frame
 *     45  1   encoding of the frame: 0 raw, 1 zstd
 *     46  2   0
 */
export const ENTRY_BYTES: number = 48;

const MAGIC = Buffer.from('ADCSMAP1');
const ZERO_BLOCK = 0xffffffff;

/** Where a block lies; `pack` is undefined for a block of zeros, the other numbers are 0 then. */
export interface BlockLocation {
  /** Index in {@link MapHeader.packs}. */
  readonly pack: number | undefined;
  readonly frameOffset: number;
  readonly frameLength: number;
  readonly indexInFrame: number;
  readonly encoding: FrameEncoding;
}

export type FrameEncoding = 'raw' | 'zstd';

export interface BlockMap {
  readonly header: MapHeader;
  /** {@link ENTRY_BYTES} for each block. */
  readonly entries: Buffer;
}

export function writeEntry(into: Buffer, digest: Uint8Array, location: BlockLocation): void {
  into.set(digest, 0);
  into.writeUInt32LE(location.pack ?? ZERO_BLOCK, 32);
  into.writeUInt32LE(location.frameOffset, 36);
  into.writeUInt32LE(location.frameLength, 40);
  into.writeUInt8(location.indexInFrame, 44);
  into.writeUInt8(location.encoding === 'zstd' ? 1 : 0, 45);
  into.writeUInt16LE(0, 46);
}

export function entryDigest(entries: Buffer, index: number): Buffer {
  const at = index * ENTRY_BYTES;
  return entries.subarray(at, at + DIGEST_BYTES);
}

export function entryLocation(entries: Buffer, index: number): BlockLocation {
  const at = index * ENTRY_BYTES;
  const pack = entries.readUInt32LE(at + 32);
  return {
    pack: pack === ZERO_BLOCK ? undefined : pack,
    frameOffset: entries.readUInt32LE(at + 36),
    frameLength: entries.readUInt32LE(at + 40),
    indexInFrame: entries.readUInt8(at + 44),
    encoding: entries.readUInt8(at + 45) === 1 ? 'zstd' : 'raw',
  };
}

export function encodeMap(header: MapHeader, entries: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify({ format: FORMAT, ...header }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([MAGIC, length, json, entries]);
}

/** @throws `integrity-failed` when it isn't a whole map; `format-unsupported` when a newer version wrote it */
export function decodeMap(bytes: Uint8Array, name: string): BlockMap {
  const map = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerEnd = map.length < 12 ? Number.POSITIVE_INFINITY : 12 + map.readUInt32LE(8);
  if (headerEnd > map.length || !map.subarray(0, 8).equals(MAGIC)) throw damaged(name, 'it is not a map');
  const json = JsonReader.parse(map.subarray(12, headerEnd), name);
  requireFormat(json, name);
  const header: MapHeader = {
    label: json.field('label').string(),
    ...readTerms(json),
    packs: json.field('packs').list(readObject),
    sections: json.field('sections').list(readSection),
  };
  const entries = map.subarray(headerEnd);
  const blocks = header.sections.reduce((sum, section) => sum + section.blocks, 0);
  if (entries.length !== blocks * ENTRY_BYTES) {
    throw damaged(name, `it holds ${entries.length} bytes of entries for ${blocks} blocks`);
  }
  return { header, entries };
}

function readSection(json: JsonReader): MapSection {
  return {
    role: readRole(json.field('role')),
    name: json.field('name').string(),
    sourcePath: json.field('sourcePath').string(),
    firstBlock: json.field('firstBlock').integer(),
    blocks: json.field('blocks').integer(),
  };
}

function damaged(name: string, what: string): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `${name} is damaged: ${what}`, {
    hint: 'The object was truncated or altered in the sink. Use another set, and find out what changed it.',
  });
}
