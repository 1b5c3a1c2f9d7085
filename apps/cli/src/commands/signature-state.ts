import type { SetEntry } from '@adcs-backup/core';
import type { WitnessedSigners } from '../keys/witnessed-signers.ts';
import { unsignedText } from './manifest-text.ts';

/** Whether anybody stands behind a set, as far as it was looked at. */
export interface SignatureState {
  /** `not-checked`: there is one, and no key was named to check it with. */
  readonly signature: 'verified' | 'not-checked' | 'none';
  /** The public key that verified it. */
  readonly signedBy: string | undefined;
}

/** As verify finds it, which goes on when a signature is missing or wrong. */
export type FoundSignature = SignatureState | { readonly signature: 'invalid'; readonly signedBy: undefined };

/** Of a set whose manifest was read with `trusted`: what is not verified was refused then. */
export function signatureOf(entry: SetEntry, trusted: WitnessedSigners | undefined): SignatureState {
  if (trusted !== undefined) return { signature: 'verified', signedBy: trusted.signerOf(entry.manifestKey) };
  return { signature: entry.hasSignature ? 'not-checked' : 'none', signedBy: undefined };
}

export function signatureText({ signature, signedBy }: SignatureState): string {
  switch (signature) {
    case 'verified':
      return `by ${signedBy}, verified`;
    case 'not-checked':
      return 'yes, but not checked: name the public key with --signed-by';
    case 'none':
      return unsignedText;
  }
}
