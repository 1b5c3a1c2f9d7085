import {
  blockCount,
  checkPage,
  checksumOfBlock,
  NEW_CHECKSUM_FLAG,
  type PagePlace,
  storedAt,
} from '../page-checksum.ts';

/** What a bad page's checksums say about it. Both fields: they can't tell. Neither: they don't know. */
export interface PageDiagnosis {
  /** Turning this one bit makes the page good. */
  readonly flippedBit?: number | undefined;
  /** The page is good as the page of this number. */
  readonly actualNumber?: number | undefined;
}

const PAGE_FLAGS_BIT = 36 * 8 + Math.log2(NEW_CHECKSUM_FLAG);
/** The engine never numbers a page higher. */
const MAX_PAGE_NUMBER = 0x7ffffffe;

/** Says why a page that {@link checkPage} calls bad is bad. Every answer was tried on a copy of the page. */
export function diagnosePage(view: DataView, place: PagePlace, pageSize: number): PageDiagnosis {
  const page = new DataView(
    view.buffer.slice(view.byteOffset + place.offset, view.byteOffset + place.offset + pageSize),
  );
  const { number } = place;
  return { flippedBit: findFlippedBit(page, number), actualNumber: findActualNumber(page, number) };
}

function findFlippedBit(page: DataView, number: number): number | undefined {
  for (const bit of candidateBits(page, number)) {
    flip(page, bit);
    const condition = checkPage(page, { offset: 0, number }, page.byteLength);
    flip(page, bit);
    if (condition !== 'bad') return bit;
  }
  return undefined;
}

/** Bits that may be the only wrong one. The flag that selects the checksum can't be found by the checksum itself. */
function* candidateBits(page: DataView, number: number): Generator<number> {
  yield PAGE_FLAGS_BIT;
  yield* onlySetBit(page);
  for (let block = 0; block < blockCount(page.byteLength); block += 1) {
    const bit = suspectedBit(page, number, block);
    if (bit !== undefined) yield bit;
  }
}

/** The one set bit of a page that is zero otherwise: no checksum protects a page that was never used. */
function* onlySetBit(page: DataView): Generator<number> {
  let found: number | undefined;
  for (let at = 0; at < page.byteLength; at += 4) {
    const word = page.getUint32(at, true);
    if (word === 0) continue;
    if (found !== undefined || !isOneBit(word)) return;
    found = at * 8 + bitIndex(word);
  }
  if (found !== undefined) yield found;
}

/** The bit that the checksum of one block points at: in the block, or in the stored checksum itself. */
function suspectedBit(page: DataView, number: number, block: number): number | undefined {
  const { xor, ecc } = checksumOfBlock(page, { offset: 0, number }, { pageSize: page.byteLength, block });
  const xorError = (xor ^ page.getUint32(storedAt(block), true)) >>> 0;
  const eccError = (ecc ^ page.getUint32(storedAt(block) + 4, true)) >>> 0;
  if (eccError === 0) return isOneBit(xorError) ? storedAt(block) * 8 + bitIndex(xorError) : undefined;
  if (xorError === 0) return isOneBit(eccError) ? storedAt(block) * 8 + 32 + bitIndex(eccError) : undefined;
  const blockBits = (page.byteLength / blockCount(page.byteLength)) * 8;
  const pointsAtOne = (((eccError >>> 16) ^ eccError) & (blockBits - 1)) === blockBits - 1;
  return pointsAtOne ? block * blockBits + (eccError & (blockBits - 1)) : undefined;
}

/** The page number is part of both checksums: a good page elsewhere differs in nothing else. */
function findActualNumber(page: DataView, number: number): number | undefined {
  const { xor } = checksumOfBlock(page, { offset: 0, number }, { pageSize: page.byteLength, block: 0 });
  const isNew = (page.getUint32(36, true) & NEW_CHECKSUM_FLAG) !== 0;
  const actual = isNew ? (xor ^ page.getUint32(0, true) ^ number) >>> 0 : page.getUint32(4, true);
  if (actual === 0 || actual > MAX_PAGE_NUMBER) return undefined;
  return checkPage(page, { offset: 0, number: actual }, page.byteLength) === 'valid' ? actual : undefined;
}

function isOneBit(word: number): boolean {
  return word !== 0 && (word & (word - 1)) === 0;
}

function bitIndex(word: number): number {
  return 31 - Math.clz32(word);
}

function flip(page: DataView, bit: number): void {
  page.setUint8(bit >>> 3, page.getUint8(bit >>> 3) ^ (1 << (bit & 7)));
}
