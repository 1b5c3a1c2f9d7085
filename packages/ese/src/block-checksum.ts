/** The two halves of a stored block checksum: `xor` lies first in the file, `ecc` after it. */
export interface BlockChecksum {
  readonly xor: number;
  readonly ecc: number;
}

/** What to sum: `sizeBytes` from the view's `offset`; bytes before `from` (0 or 8) count as zero. */
export interface BlockPlace {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly from: number;
}

/**
 * ESE's XOR and error-correcting checksum ("XE") of a block of 4 or 8 KiB. Every byte counts, and so
 * does `number`: the page number, or a log segment's.
 *
 * The ecc half is the XOR of the indices of all set bits. It is taken eight words at a time: index
 * bits 0 to 4 lie in the XOR of all words, 5 to 7 in the XOR of some of the eight, and the others are
 * those of the octet wherever an octet has an odd number of set bits.
 */
export function blockChecksum(view: DataView, place: BlockPlace, number: number): BlockChecksum {
  const end = place.offset + place.sizeBytes;
  const skipped = place.from === 0 ? 0 : view.getUint32(place.offset, true);
  const alsoSkipped = place.from === 0 ? 0 : view.getUint32(place.offset + 4, true);
  let [bit5, bit6, bit7, octets, all] = [alsoSkipped, 0, 0, 0, skipped ^ alsoSkipped];
  // The skipped words lie in octet 0: its number adds nothing, whatever their parity.
  for (let at = place.offset, octet = 0; at < end; at += 32, octet += 1) {
    const w1 = view.getUint32(at + 4, true);
    const w2 = view.getUint32(at + 8, true);
    const w3 = view.getUint32(at + 12, true);
    const w4 = view.getUint32(at + 16, true);
    const w5 = view.getUint32(at + 20, true);
    const w6 = view.getUint32(at + 24, true);
    const w7 = view.getUint32(at + 28, true);
    const upper = w4 ^ w5 ^ w6 ^ w7;
    const sum = view.getUint32(at, true) ^ w1 ^ w2 ^ w3 ^ upper;
    bit5 ^= w1 ^ w3 ^ w5 ^ w7;
    bit6 ^= w2 ^ w3 ^ w6 ^ w7;
    bit7 ^= upper;
    all ^= sum;
    octets ^= octet & -parity(sum);
  }
  const words = (parity(bit5) << 5) | (parity(bit6) << 6) | (parity(bit7) << 7);
  const low = (octets << 8) | words | bitIndexes(all);
  const high = parity(all) === 0 ? low : low ^ (place.sizeBytes * 8 - 1);
  return { xor: (all ^ number) >>> 0, ecc: ((high << 16) | low) >>> 0 };
}

/** XOR of the indices of the set bits of a word. */
function bitIndexes(word: number): number {
  return (
    parity(word & 0xaaaaaaaa) |
    (parity(word & 0xcccccccc) << 1) |
    (parity(word & 0xf0f0f0f0) << 2) |
    (parity(word & 0xff00ff00) << 3) |
    (parity(word & 0xffff0000) << 4)
  );
}

/** 1 when the number of set bits is odd. */
function parity(word: number): number {
  let folded = word ^ (word >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return (0x6996 >>> (folded & 15)) & 1;
}
