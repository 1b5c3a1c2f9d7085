import { isHeaderValid } from '../header-checksum.ts';
import type { PageSize } from '../page-checksum.ts';

const MAGIC = 0x89abcdef;
const PAGE_SIZES: readonly PageSize[] = [2048, 4096, 8192, 16384, 32768];

/** Enough to find both headers whatever the page size is. */
export const HEAD_BYTES = 65536;

/** The two header pages of a database; at least one of them is good. */
export interface HeaderPages {
  readonly pageSize: PageSize;
  /** The page that counts: the first, or the shadow when only that is good. */
  readonly used: DataView;
  readonly primary: 'good' | 'bad';
  /** `missing`: the file ends before it. */
  readonly shadow: 'same' | 'differs' | 'bad' | 'missing';
}

/** Finds the headers in a file's beginning by trying all page sizes; undefined when both are bad. */
export function findHeaders(head: Uint8Array): HeaderPages | undefined {
  for (const pageSize of PAGE_SIZES) {
    const primary = headerAt(head, 0, pageSize);
    if (primary === undefined) continue;
    return { pageSize, used: viewOf(primary), primary: 'good', shadow: shadowOf(head, primary) };
  }
  for (const pageSize of PAGE_SIZES) {
    const shadow = headerAt(head, pageSize, pageSize);
    if (shadow !== undefined) return { pageSize, used: viewOf(shadow), primary: 'bad', shadow: 'differs' };
  }
  return undefined;
}

/** Whether a file begins like a database: with the magic of a header, good or not, or of a shadow after one. */
export function hasHeader(head: Uint8Array): boolean {
  return [0, ...PAGE_SIZES].some((at) => head.length >= at + 8 && viewOf(head).getUint32(at + 4, true) === MAGIC);
}

function shadowOf(head: Uint8Array, primary: Uint8Array): HeaderPages['shadow'] {
  if (head.length < 2 * primary.length) return 'missing';
  const shadow = headerAt(head, primary.length, primary.length);
  if (shadow === undefined) return 'bad';
  return Buffer.compare(primary, shadow) === 0 ? 'same' : 'differs';
}

function headerAt(head: Uint8Array, offset: number, pageSize: number): Uint8Array | undefined {
  if (offset + pageSize > head.length) return undefined;
  const page = head.subarray(offset, offset + pageSize);
  const view = viewOf(page);
  const isHeader = view.getUint32(4, true) === MAGIC && (view.getUint32(236, true) || 4096) === pageSize;
  return isHeader && isHeaderValid(page) ? page : undefined;
}

function viewOf(page: Uint8Array): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}
