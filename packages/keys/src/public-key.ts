import { AdcsBackupError } from '@adcs-backup/core';
import { isPrivate } from './private-text.ts';

/** A minisign public key: two bytes `Ed`, the key's id, and the Ed25519 key. */
export interface PublicKey {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const ALGORITHM = 'Ed';
const LENGTH = 2 + 8 + 32;

/**
 * Reads a public key, alone or as the second line of a minisign public key file.
 * @param source for people: the file's path, or the flag that it was given with
 * @returns the key alone, `RW…`, 56 characters
 * @throws `key-unusable` that begins with `source`
 */
export function parsePublicKey(text: string, source: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('untrusted comment:'));
  const [line = ''] = lines;
  if (isPrivate(line)) {
    // Who gives a key in place of a path gives it as the source, too.
    const where = isPrivate(source) ? 'what was given' : source;
    throw new AdcsBackupError('key-unusable', `${where} is a private key, where a public one belongs`, {
      hint: 'Give the public key: the file beside it whose name ends with .pub.',
    });
  }
  if (lines.length === 1 && isPublicKey(line)) return line;
  throw new AdcsBackupError('key-unusable', `${source} is no minisign public key`, {
    hint: 'Give the key itself (RW…, 56 characters), or the file with .pub at the end of its name.',
  });
}

export function encodePublicKey({ id, key }: PublicKey): string {
  return Buffer.concat([Buffer.from(ALGORITHM), id, key]).toString('base64');
}

/** Whether a text is a public key and nothing else, in the one way to write it. */
export function isPublicKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  const isWhole = bytes.length === LENGTH && bytes.toString('base64') === text;
  return isWhole && bytes.toString('latin1', 0, ALGORITHM.length) === ALGORITHM;
}

/** @param text for which {@link isPublicKey} holds */
export function decodePublicKey(text: string): PublicKey {
  const bytes = Buffer.from(text, 'base64');
  return { id: bytes.subarray(2, 10), key: bytes.subarray(10) };
}

/** A key's id as minisign prints it: a little-endian number, in 16 hex digits. */
export function keyIdText(id: Uint8Array): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}
