import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AdcsBackupError } from '../errors.ts';
import type { WrappedFileKey } from '../keys.ts';
import { discarded } from './garbage.ts';

/**
 * The part of an age file (https://age-encryption.org/v1) that is as long as its content: a nonce, then the content
 * in pieces, each encrypted and authenticated. Here and not in a library, since node:crypto is ten times as fast as
 * any cipher in JavaScript.
 */

const CIPHER = 'chacha20-poly1305';
const NONCE_BYTES = 16;
/** Content of a piece; only the last one may be shorter. */
const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;

const INTRO = Buffer.from('age-encryption.org/v1\n');

/** How much longer an age file is than its content. */
export function ageOverhead(headerLength: number, contentLength: number): number {
  return headerLength + NONCE_BYTES + TAG_BYTES * pieces(contentLength);
}

/**
 * Encrypts `length` bytes from `start` on, where they are. The age file ends where the content ended and begins
 * {@link ageOverhead} before the content did: so much room must be there. Returns where.
 */
export function encryptInPlace(buffer: Uint8Array, content: Stretch, { fileKey, header }: WrappedFileKey): number {
  const begin = content.start - ageOverhead(header.length, content.length);
  const nonce = randomBytes(NONCE_BYTES);
  const key = payloadKey(fileKey, nonce);
  buffer.set(header, begin);
  buffer.set(nonce, begin + header.length);
  let at = begin + header.length + NONCE_BYTES;
  const count = pieces(content.length);
  for (let index = 0; index < count; index++) {
    const from = content.start + index * PIECE_BYTES;
    const to = Math.min(from + PIECE_BYTES, content.start + content.length);
    const cipher = createCipheriv(CIPHER, key, pieceNonce(index, count), { authTagLength: TAG_BYTES });
    // Each piece grows by its tag, and begins as many tags before its content as are still to come: no piece is
    // written over content that is still to be read.
    const encrypted = cipher.update(buffer.subarray(from, to));
    cipher.final();
    buffer.set(encrypted, at);
    buffer.set(cipher.getAuthTag(), at + encrypted.length);
    at += encrypted.length + TAG_BYTES;
    discarded(encrypted.length);
  }
  return begin;
}

/** A part of a buffer. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

/**
 * The header of an age file, its MAC included.
 * @throws `integrity-failed` when it has none
 */
export function ageHeader(file: Uint8Array, name: string): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const mac = bytes.subarray(0, INTRO.length).equals(INTRO) ? bytes.indexOf('\n--- ') : -1;
  const end = mac === -1 ? -1 : bytes.indexOf('\n', mac + 1);
  if (end === -1) throw damaged(name, 'it is not an age file');
  return file.subarray(0, end + 1);
}

/**
 * What an age file holds.
 * @throws `integrity-failed` when any of it was altered, or its end is missing
 */
export function decryptPayload(file: Uint8Array, { fileKey, header }: WrappedFileKey, name: string): Uint8Array {
  const payload = file.subarray(header.length + NONCE_BYTES);
  const key = payloadKey(fileKey, file.subarray(header.length, header.length + NONCE_BYTES));
  const count = Math.max(1, Math.ceil(payload.length / (PIECE_BYTES + TAG_BYTES)));
  const length = payload.length - count * TAG_BYTES;
  if (length < 0) throw damaged(name, 'its end is missing');
  const content = new Uint8Array(length);
  for (let index = 0; index < count; index++) {
    const from = index * (PIECE_BYTES + TAG_BYTES);
    const piece = payload.subarray(from, from + PIECE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, key, pieceNonce(index, count), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(piece.subarray(-TAG_BYTES));
    content.set(decipher.update(piece.subarray(0, -TAG_BYTES)), index * PIECE_BYTES);
    discarded(piece.length);
    try {
      decipher.final();
    } catch (error) {
      throw damaged(name, `what is encrypted from ${index * PIECE_BYTES} on was altered`, error);
    }
  }
  return content;
}

function pieces(contentLength: number): number {
  return Math.max(1, Math.ceil(contentLength / PIECE_BYTES));
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** A counter of 11 bytes, the highest first, then 1 for the last piece. */
function pieceNonce(index: number, count: number): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(index === count - 1 ? 1 : 0, 11);
  return nonce;
}

function damaged(name: string, what: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('integrity-failed', `${name} can't be decrypted: ${what}`, {
    cause,
    hint: 'The object was altered or cut off in the sink. Restore from another set or another copy of the sink.',
  });
}
