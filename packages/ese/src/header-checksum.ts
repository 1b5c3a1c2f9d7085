const SEED = 0x89abcdef;

/**
 * XOR-32 of a header: database header or trailer (one page), log header (4096 bytes), one checkpoint
 * copy (4096 bytes). The first four bytes, where the result is stored, don't count.
 */
export function headerChecksum(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  let sum = SEED;
  for (let at = 4; at < header.byteLength; at += 4) sum ^= view.getUint32(at, true);
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
