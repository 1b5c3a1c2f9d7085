const SEED = 0x89abcdef;

/**
 * XOR-32 of a header: database header or trailer (one page), log header (4096 bytes), one checkpoint
 * copy (4096 bytes). Whole multiples of 16 bytes. The first four bytes, where the result is stored, don't count.
 */
export function headerChecksum(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const end = header.byteLength;
  let sum = SEED ^ view.getUint32(0, true);
  // Pages of the old format have this checksum, too: four words at a time take half the time.
  for (let at = 0; at < end; at += 16) {
    const upper = view.getUint32(at + 8, true) ^ view.getUint32(at + 12, true);
    sum ^= view.getUint32(at, true) ^ view.getUint32(at + 4, true) ^ upper;
  }
  return sum >>> 0;
}

/** Stores the checksum in the header's first four bytes. */
export function sealHeader(header: Uint8Array): void {
  new DataView(header.buffer, header.byteOffset, header.byteLength).setUint32(0, headerChecksum(header), true);
}

/** Whether the stored checksum fits. An all-zero header doesn't pass. */
export function isHeaderValid(header: Uint8Array): boolean {
  const stored = new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(0, true);
  return stored === headerChecksum(header);
}
