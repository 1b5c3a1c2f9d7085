import { randomBytes } from 'node:crypto';
import { privateKeyOf, publicBytesOf } from './ed25519.ts';
import { encodePublicKey, keyIdText } from './public-key.ts';
import { encodeSigningKey } from './signing-key.ts';

/** A new key pair for signing what is stored. */
export interface NewSigningKey {
  /** As minisign prints it: 16 hex digits. */
  readonly keyId: string;
  /** `RW…`, 56 characters. */
  readonly publicKey: string;
  /** The content of a minisign public key file. */
  readonly publicFile: string;
  /** The content of a minisign secret key file without a password. */
  readonly secretFile: string;
}

export function generateSigningKey(): NewSigningKey {
  const id = randomBytes(8);
  const seed = randomBytes(32);
  const keyId = keyIdText(id);
  const publicKey = encodePublicKey({ id, key: publicBytesOf(privateKeyOf(seed)) });
  return {
    keyId,
    publicKey,
    publicFile: `untrusted comment: minisign public key ${keyId}\n${publicKey}\n`,
    secretFile: encodeSigningKey({ id, seed }),
  };
}
