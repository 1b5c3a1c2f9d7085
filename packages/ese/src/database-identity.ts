const MAGIC = 0x89abcdef;
const SIGNATURE_OFFSET = 24;
const SIGNATURE_BYTES = 28;

/**
 * The signature of the database that begins with these bytes, in hex: the same for all copies of a
 * database, and kept by restores. Undefined when it isn't an ESE database. Checks no checksum.
 */
export function databaseSignature(beginning: Uint8Array): string | undefined {
  if (beginning.length < SIGNATURE_OFFSET + SIGNATURE_BYTES) return undefined;
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  if (bytes.readUInt32LE(4) !== MAGIC) return undefined;
  return bytes.toString('hex', SIGNATURE_OFFSET, SIGNATURE_OFFSET + SIGNATURE_BYTES);
}
