import { type KeyObject, verify } from 'node:crypto';
import { AdcsBackupError, type ObjectSignature, type TrustedSigners } from '@adcs-backup/core';
import { publicKeyOf } from './ed25519.ts';
import { decodePublicKey, keyIdText, parsePublicKey } from './public-key.ts';
import { decodeSignatureFile, type SignatureFile } from './signature-file.ts';
import { digestOf } from './signer.ts';

/** A public key that counts. */
interface Trusted {
  readonly text: string;
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Hosts whose signatures count.
 * @param publicKeys as {@link parsePublicKey} returns them
 * @throws `key-unusable` when there is none, or one is no public key
 */
export function trustedSignersOf(publicKeys: readonly string[]): TrustedSigners {
  if (publicKeys.length === 0) {
    throw new AdcsBackupError('key-unusable', 'no public key is named', {
      hint: 'Name at least one minisign public key (RW…) whose signatures count.',
    });
  }
  const trusted = publicKeys.map((text, index) => trustedOf(text, `public key ${index + 1}`));
  return {
    publicKeys: trusted.map(({ text }) => text),
    signatureOf: (file, name) => signatureOf(trusted, file, name),
  };
}

function trustedOf(given: string, where: string): Trusted {
  const text = parsePublicKey(given, where);
  const { id, key } = decodePublicKey(text);
  return { text, id: keyIdText(id), key: publicKeyOf(key) };
}

function signatureOf(trusted: readonly Trusted[], bytes: Uint8Array, name: string): ObjectSignature {
  const file = decodeSignatureFile(bytes);
  if (file === undefined) throw invalid(name, 'its signature file was altered, or is not by adcs-backup');
  const { id, key } = signerAmong(trusted, file, name);
  const { signature, comment, commentSignature } = file;
  if (!verify(null, Buffer.concat([signature, Buffer.from(comment)]), key, commentSignature)) {
    throw invalid(name, `its signature file was altered, or was not made by the key ${id} that it names`);
  }
  if (comment !== name) throw invalid(name, `its signature was made for another object, ${comment}`);
  return {
    check(body) {
      if (!verify(null, digestOf(body), key, signature)) throw invalid(name, 'its content is not what was signed');
    },
  };
}

function signerAmong(trusted: readonly Trusted[], file: SignatureFile, name: string): Trusted {
  const id = keyIdText(file.keyId);
  const signer = trusted.find((each) => each.id === id);
  if (signer !== undefined) return signer;
  const known = trusted.map((each) => each.id).join(', ');
  throw new AdcsBackupError('signature-invalid', `${name}: signed by the key ${id}, which is not trusted (${known})`, {
    hint: "If the CA's signing key was changed, name the new public key, too. If not, somebody else stored this object.",
  });
}

function invalid(name: string, what: string): AdcsBackupError {
  return new AdcsBackupError('signature-invalid', `${name}: ${what}`, {
    hint: 'Somebody changed what is stored, or it was damaged: look for an older version or another copy of it.',
  });
}
