import { AdcsBackupError, type ObjectSignature, type TrustedSigners } from '@adcs-backup/core';

/** Trusted signers that remember whose signature was found good on which object. */
export class WitnessedSigners implements TrustedSigners {
  readonly publicKeys: readonly string[];
  readonly #all: TrustedSigners;
  readonly #each: readonly TrustedSigners[];
  readonly #signers: Map<string, string> = new Map();

  /** @param signersOf makes trusted signers of public keys */
  constructor(publicKeys: readonly string[], signersOf: (publicKeys: readonly string[]) => TrustedSigners) {
    this.#all = signersOf(publicKeys);
    this.publicKeys = this.#all.publicKeys;
    this.#each = this.publicKeys.map((key) => signersOf([key]));
  }

  /** The public key whose signature on the object was good; undefined when none was looked at, or none was. */
  signerOf(name: string): string | undefined {
    return this.#signers.get(name);
  }

  signatureOf(file: Uint8Array, name: string): ObjectSignature {
    const signature = this.#all.signatureOf(file, name);
    return {
      check: (body) => {
        signature.check(body);
        this.#remember(file, name);
      },
    };
  }

  #remember(file: Uint8Array, name: string): void {
    for (const one of this.#each) {
      const [key] = one.publicKeys;
      if (key !== undefined && accepts(one, file, name)) this.#signers.set(name, key);
    }
  }
}

function accepts(one: TrustedSigners, file: Uint8Array, name: string): boolean {
  try {
    one.signatureOf(file, name);
    return true;
  } catch (error) {
    if (!AdcsBackupError.is(error, 'signature-invalid')) throw error;
    return false;
  }
}
