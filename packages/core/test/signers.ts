import { generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto';
import { AdcsBackupError, type ObjectSigner, type TrustedSigners } from '@adcs-backup/core';

/** Signing keys for tests of core: real Ed25519 signatures in a form of their own, which is not minisign's. */
export interface TestSigner {
  readonly signer: ObjectSigner;
  readonly trusted: TrustedSigners;
}

export function testSigner(): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const name = publicKey.export({ format: 'jwk' }).x ?? '';
  const sealed = (text: string): string => sign(null, Buffer.from(text), privateKey).toString('base64');
  const signer: ObjectSigner = {
    publicKey: name,
    sign: (body, key) => {
      const digest = hash('sha512', body);
      return Buffer.from(JSON.stringify({ key, digest, signature: sealed(`${key} ${digest}`) }));
    },
  };
  return { signer, trusted: trustedSigners(new Map([[name, publicKey]])) };
}

function trustedSigners(keys: ReadonlyMap<string, KeyObject>): TrustedSigners {
  return {
    publicKeys: [...keys.keys()],
    signatureOf: (file, name) => {
      const { key, digest, signature } = parsed(file, name);
      const isKnown = [...keys.values()].some((publicKey) =>
        verify(null, Buffer.from(`${key} ${digest}`), publicKey, Buffer.from(signature, 'base64')),
      );
      if (key !== name || !isKnown) throw invalid(`${name} has a signature that does not count`);
      return {
        check: (body) => {
          if (hash('sha512', body) !== digest) throw invalid(`${name} is not what was signed`);
        },
      };
    },
  };
}

interface TestSignature {
  readonly key: string;
  readonly digest: string;
  readonly signature: string;
}

function parsed(file: Uint8Array, name: string): TestSignature {
  try {
    const found: TestSignature = JSON.parse(Buffer.from(file).toString());
    // One form only, so that no byte can be changed unseen.
    const signature = Buffer.from(found.signature, 'base64').toString('base64');
    if (Buffer.from(JSON.stringify({ ...found, signature })).equals(file)) return found;
  } catch (cause) {
    throw invalid(`${name} has a signature that can't be read`, cause);
  }
  throw invalid(`${name} has a signature in another form`);
}

function invalid(message: string, cause?: unknown): AdcsBackupError {
  return new AdcsBackupError('signature-invalid', message, { cause });
}
