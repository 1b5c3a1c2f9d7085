import { AdcsBackupError } from '@adcs-backup/core';
import { privateKeyOf, publicBytesOf } from './ed25519.ts';
import { isPublicKey } from './public-key.ts';

/** What a minisign secret key without a password says: whose it is, and its seed. */
export interface SigningKey {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** 32 bytes: the Ed25519 private key. */
  readonly seed: Uint8Array;
}

/** `Ed`, no key derivation, checksum by BLAKE2b. */
const PLAIN = Buffer.from('Ed\0\0B2', 'latin1');
const PASSWORD = Buffer.from('EdSc', 'latin1');
/** Salt and limits of a key derivation: zeros where there is none. */
const DERIVATION_BYTES = 32 + 8 + 8;
/** minisign leaves it zero where there is no password. */
const CHECKSUM_BYTES = 32;
const ID_AT = PLAIN.length + DERIVATION_BYTES;
const SEED_AT = ID_AT + 8;
const PUBLIC_AT = SEED_AT + 32;
const LENGTH = PUBLIC_AT + 32 + CHECKSUM_BYTES;

/** The content of a minisign secret key file without a password, as `minisign -G -W` writes it. */
export function encodeSigningKey({ id, seed }: SigningKey): string {
  const bytes = Buffer.concat(
    [PLAIN, Buffer.alloc(DERIVATION_BYTES), id, seed, publicBytesOf(privateKeyOf(seed))],
    LENGTH,
  );
  return `untrusted comment: minisign secret key, not protected by a password\n${bytes.toString('base64')}\n`;
}

/**
 * Reads a minisign secret key file.
 * @param source for people: the file's path
 * @throws `key-unusable` that begins with `source`, and has nothing of the key
 */
export function decodeSigningKey(text: string, source: string): SigningKey {
  const [comment = '', line = '', ...more] = text.trim().split('\n');
  const bytes = Buffer.from(line, 'base64');
  const isWhole = more.length === 0 && comment.startsWith('untrusted comment:') && bytes.length === LENGTH;
  if (isWhole && startsWith(bytes, PASSWORD)) throw locked(source);
  if (!isWhole || !startsWith(bytes, PLAIN)) throw unreadable(line.trim(), source);
  const seed = bytes.subarray(SEED_AT, PUBLIC_AT);
  if (!publicBytesMatch(bytes, seed)) {
    throw new AdcsBackupError('key-unusable', `${source} is damaged: its public key is not that of its private key`, {
      hint: 'Take the key from a copy, or make a new one with "adcs-backup keys generate --signing".',
    });
  }
  return { id: bytes.subarray(ID_AT, SEED_AT), seed };
}

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.subarray(0, prefix.length).equals(prefix);
}

function publicBytesMatch(bytes: Buffer, seed: Uint8Array): boolean {
  return bytes.subarray(PUBLIC_AT, PUBLIC_AT + 32).equals(publicBytesOf(privateKeyOf(seed)));
}

function locked(source: string): AdcsBackupError {
  return new AdcsBackupError('key-unusable', `${source} is protected by a password`, {
    hint: 'A backup that nobody watches cannot ask for it: make a key with "adcs-backup keys generate --signing", which file permissions protect.',
  });
}

function unreadable(line: string, source: string): AdcsBackupError {
  const message = isPublicKey(line)
    ? `${source} is a public key, where a private one belongs`
    : `${source} is no minisign secret key`;
  return new AdcsBackupError('key-unusable', message, {
    hint: 'Give the file that "adcs-backup keys generate --signing" or "minisign -G -W" wrote.',
  });
}
