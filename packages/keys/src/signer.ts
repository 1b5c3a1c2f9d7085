import { hash, sign } from 'node:crypto';
import { AdcsBackupError, type ObjectSigner } from '@adcs-backup/core';
import { privateKeyOf, publicBytesOf } from './ed25519.ts';
import { encodePublicKey } from './public-key.ts';
import { encodeSignatureFile } from './signature-file.ts';
import { decodeSigningKey } from './signing-key.ts';

/**
 * Signs as `minisign -S` does, with a key of {@link generateSigningKey} or of `minisign -G -W`.
 * @param secretFile the content of the secret key file
 * @param source for people: its path
 * @throws `key-unusable` that begins with `source`, and has nothing of the key
 */
export function signerOf(secretFile: string, source: string): ObjectSigner {
  const { id, seed } = decodeSigningKey(secretFile, source);
  const privateKey = privateKeyOf(seed);
  return {
    publicKey: encodePublicKey({ id, key: publicBytesOf(privateKey) }),
    sign(body, name) {
      refuseUnprintable(name);
      const signature = sign(null, digestOf(body), privateKey);
      const commentSignature = sign(null, Buffer.concat([signature, Buffer.from(name)]), privateKey);
      return encodeSignatureFile({ keyId: id, signature, comment: name, commentSignature });
    },
  };
}

/** What is signed in place of the body. */
export function digestOf(body: Uint8Array): Buffer {
  return hash('blake2b512', body, 'buffer');
}

function refuseUnprintable(name: string): void {
  if (/^[\x20-\x7e]+$/.test(name)) return;
  throw new AdcsBackupError('invalid-key', `${JSON.stringify(name)} can't be a signature's trusted comment`);
}
