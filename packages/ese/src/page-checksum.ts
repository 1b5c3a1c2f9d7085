import { type BlockChecksum, blockChecksum } from './block-checksum.ts';
import { headerChecksum } from './header-checksum.ts';

/** Legal page sizes in bytes. */
export type PageSize = 2048 | 4096 | 8192 | 16384 | 32768;

/** `zero`: never used, legal anywhere. */
export type PageCondition = 'zero' | 'valid' | 'bad';

/** Offset of a page's flags; this one says that the checksum is XE, as in every engine since Windows 7. */
export const PAGE_FLAGS_OFFSET = 36;
export const NEW_CHECKSUM_FLAG = 0x2000;

/** A database page as it lies in a file: `offset` of `view`, page number `number` (1 is the third page of a file). */
export interface PagePlace {
  readonly offset: number;
  readonly number: number;
}

/** Stores the checksums of a page of `pageSize` bytes; sets the flag that says which kind they are. */
export function sealPage(view: DataView, page: PagePlace, pageSize: number): void {
  const flagsAt = page.offset + PAGE_FLAGS_OFFSET;
  view.setUint32(flagsAt, view.getUint32(flagsAt, true) | NEW_CHECKSUM_FLAG, true);
  // Block 0 contains the stored checksums of the others, so it comes last.
  for (let block = blockCount(pageSize) - 1; block >= 0; block -= 1) {
    const { xor, ecc } = checksumOfBlock(view, page, { pageSize, block });
    const at = page.offset + storedAt(block);
    view.setUint32(at, xor, true);
    view.setUint32(at + 4, ecc, true);
  }
}

/** Compares a page's content with its stored checksums. Header pages and trailers aren't pages in this sense. */
export function checkPage(view: DataView, page: PagePlace, pageSize: number): PageCondition {
  if ((view.getUint32(page.offset + PAGE_FLAGS_OFFSET, true) & NEW_CHECKSUM_FLAG) === 0) {
    return isZero(view, page.offset, pageSize) ? 'zero' : checkOldFormat(view, page, pageSize);
  }
  for (let block = 0; block < blockCount(pageSize); block += 1) {
    const { xor, ecc } = checksumOfBlock(view, page, { pageSize, block });
    const at = page.offset + storedAt(block);
    if (view.getUint32(at, true) !== xor || view.getUint32(at + 4, true) !== ecc) return 'bad';
  }
  return 'valid';
}

/** Pages up to 8 KiB are one block; larger ones four. */
export function blockCount(pageSize: number): number {
  return pageSize <= 8192 ? 1 : 4;
}

/** Where the checksum of a block is stored in its page. */
export function storedAt(block: number): number {
  return block === 0 ? 0 : 32 + block * 8;
}

/** What the checksum of a block should be. Whatever the page is, not only in pages of the newer format. */
export function checksumOfBlock(
  view: DataView,
  page: PagePlace,
  which: { readonly pageSize: number; readonly block: number },
): BlockChecksum {
  const sizeBytes = which.pageSize / blockCount(which.pageSize);
  const offset = page.offset + which.block * sizeBytes;
  return blockChecksum(view, { offset, sizeBytes, from: which.block === 0 ? 8 : 0 }, page.number);
}

/** Before XE: the checksum of a header, then the page number. */
function checkOldFormat(view: DataView, page: PagePlace, pageSize: number): PageCondition {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + page.offset, pageSize);
  const fits = view.getUint32(page.offset, true) === headerChecksum(bytes);
  return fits && view.getUint32(page.offset + 4, true) === page.number ? 'valid' : 'bad';
}

export function isZero(view: DataView, offset: number, sizeBytes: number): boolean {
  for (let at = offset; at < offset + sizeBytes; at += 4) {
    if (view.getUint32(at, true) !== 0) return false;
  }
  return true;
}
