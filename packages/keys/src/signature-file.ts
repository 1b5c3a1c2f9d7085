/** What a minisign signature file says. */
export interface SignatureFile {
  /** 8 bytes: the id of the key that made it. */
  readonly keyId: Uint8Array;
  /** 64 bytes: Ed25519 over the BLAKE2b-512 of the body. */
  readonly signature: Uint8Array;
  /** The trusted comment. */
  readonly comment: string;
  /** 64 bytes: Ed25519 over `signature` followed by the trusted comment. */
  readonly commentSignature: Uint8Array;
}

/** Prehashed; minisign's older form, `Ed`, signs the body itself. */
const ALGORITHM = Buffer.from('ED');
const UNTRUSTED = 'untrusted comment: signature by adcs-backup, over the object that the trusted comment names';
const form = /^untrusted comment: .*\n(?<signature>.*)\ntrusted comment: (?<comment>.*)\n(?<commentSignature>.*)\n$/;

export function encodeSignatureFile({ keyId, signature, comment, commentSignature }: SignatureFile): Uint8Array {
  const first = Buffer.concat([ALGORITHM, keyId, signature]).toString('base64');
  const second = Buffer.from(commentSignature).toString('base64');
  return Buffer.from(`${UNTRUSTED}\n${first}\ntrusted comment: ${comment}\n${second}\n`);
}

/** @returns undefined for every file that {@link encodeSignatureFile} would not have made, byte for byte */
export function decodeSignatureFile(bytes: Uint8Array): SignatureFile | undefined {
  const { signature, comment, commentSignature } = form.exec(Buffer.from(bytes).toString())?.groups ?? {};
  if (signature === undefined || comment === undefined || commentSignature === undefined) return undefined;
  const first = Buffer.from(signature, 'base64');
  const second = Buffer.from(commentSignature, 'base64');
  if (first.length !== 2 + 8 + 64 || second.length !== 64) return undefined;
  const file = { keyId: first.subarray(2, 10), signature: first.subarray(10), comment, commentSignature: second };
  return Buffer.from(encodeSignatureFile(file)).equals(bytes) ? file : undefined;
}
