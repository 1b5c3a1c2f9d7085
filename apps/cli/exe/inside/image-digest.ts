import { hash } from 'node:crypto';

/** What a Windows program or library is, whoever signs it: a signature changes two fields and stands behind the rest. */

export interface ImageDigest {
  /** Of the unsigned file. */
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
}

/**
 * SHA-256 of the first `sizeBytes` without the two fields, which nothing that is run depends on: the checksum, and
 * where the signature lies. Offsets: "PE Format", optional header of PE32+.
 */
export function imageDigest(file: Uint8Array, sizeBytes: number = file.byteLength): ImageDigest {
  const image = Buffer.from(file.subarray(0, sizeBytes));
  const optionalHeader = image.byteLength < 0x40 ? 0 : image.readUInt32LE(0x3c) + 24;
  image.subarray(optionalHeader + 64, optionalHeader + 68).fill(0);
  image.subarray(optionalHeader + 144, optionalHeader + 152).fill(0);
  return { sizeBytes, sha256: hash('sha256', image) };
}
