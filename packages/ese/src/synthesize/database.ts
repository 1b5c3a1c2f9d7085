import type { BackupInfo } from '../backup-info.ts';
import { type DatabaseHeader, encodeDatabaseHeader } from '../database-header.ts';
import { sealPage } from '../page-checksum.ts';
import { encodeTrailer } from '../trailer.ts';
import { deriveSeed, fillContent } from './content.ts';

const CHUNK_BYTES = 1024 * 1024;
const LEAF_PAGE = 2;
const NEW_RECORD_FORMAT = 0x800;
const FATHER_DATA_PAGE = 2;
/** Like an engine that extends its file ahead of need: the last pages were never used. */
const UNUSED_PAGES = 8;

export interface DatabaseShape {
  /** Whole pages of it are made, two headers included. */
  readonly sizeBytes: number;
  readonly seed: number;
  readonly header: DatabaseHeader;
  /** Makes a streaming copy: headers that carry this backup with `genHigh` 0, and a trailer after the last page. */
  readonly backup?: BackupInfo | undefined;
}

/** One page: the same content for the same seed, number and version. */
export interface PageShape {
  readonly number: number;
  readonly pageSize: number;
  readonly seed: number;
  /** 0 at first; another one is another content. */
  readonly version: number;
  readonly dbTime: number;
}

/**
 * A database file with valid headers and checksums. Its pages hold no tables: it is for tools that
 * copy and check pages, not for those that read them. A chunk of at most 1 MiB is only valid until the
 * next one is asked for.
 */
export function* synthesizeDatabase(shape: DatabaseShape): Generator<Uint8Array> {
  const { pageSize } = shape.header;
  const pageCount = Math.floor(shape.sizeBytes / pageSize) - 2;
  const header = encodeDatabaseHeader(headerOf(shape));
  yield header;
  yield header;
  const chunk = new Uint8Array(CHUNK_BYTES);
  const perChunk = CHUNK_BYTES / pageSize;
  for (let first = 1; first <= pageCount; first += perChunk) {
    const count = Math.min(perChunk, pageCount - first + 1);
    for (let index = 0; index < count; index += 1) {
      const page = chunk.subarray(index * pageSize, (index + 1) * pageSize);
      if (first + index > pageCount - UNUSED_PAGES) page.fill(0);
      else synthesizePage(page, pageOf(shape, first + index));
    }
    yield chunk.subarray(0, count * pageSize);
  }
  if (shape.backup !== undefined) yield encodeTrailer({ ...shape.header, backup: shape.backup }, pageSize);
}

/** Fills a page, whose bytes must be aligned to 4. */
export function synthesizePage(page: Uint8Array, shape: PageShape): void {
  const headerBytes = shape.pageSize <= 8192 ? 40 : 80;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  page.fill(0, 0, headerBytes);
  view.setBigUint64(8, BigInt(shape.dbTime), true);
  view.setUint32(24, FATHER_DATA_PAGE, true);
  view.setUint32(36, LEAF_PAGE | NEW_RECORD_FORMAT, true);
  if (headerBytes === 80) view.setUint32(64, shape.number, true);
  const seed = deriveSeed(deriveSeed(shape.seed, shape.number), shape.version);
  fillContent({ bytes: page, offset: headerBytes, sizeBytes: shape.pageSize - headerBytes }, seed);
  sealPage(view, { offset: 0, number: shape.number }, shape.pageSize);
}

function headerOf({ header, backup }: DatabaseShape): DatabaseHeader {
  return backup === undefined ? header : { ...header, currentFullBackup: { ...backup, genHigh: 0 } };
}

function pageOf({ header, seed }: DatabaseShape, number: number): PageShape {
  return { number, pageSize: header.pageSize, seed, version: 0, dbTime: header.dbTime };
}
