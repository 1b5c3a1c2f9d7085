import { AdcsBackupError, type PackIdentities } from '@adcs-backup/core';
import { Decrypter } from 'age-encryption';
import type { AgeIdentity } from './age-identity.ts';

/** Somebody who may read, with all the private keys that were given. */
export function identitiesOf(identities: readonly AgeIdentity[]): PackIdentities {
  const decrypter = new Decrypter();
  for (const identity of identities) identity.addTo(decrypter);
  // Asked last, and only when no other could open the header.
  decrypter.addIdentity({
    unwrapFileKey() {
      throw identityMissing(identities.length);
    },
  });
  return { fileKeyOf: (header) => fileKeyOf(decrypter, header) };
}

async function fileKeyOf(decrypter: Decrypter, header: Uint8Array): Promise<Uint8Array> {
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    if (AdcsBackupError.is(cause)) throw cause;
    throw new AdcsBackupError('integrity-failed', 'the age header was altered', { cause });
  }
}

function identityMissing(count: number): AdcsBackupError {
  const given = count === 1 ? 'the given identity is for none' : `none of the ${count} given identities is for any`;
  return new AdcsBackupError('identity-missing', `${given} of the recipients`, {
    hint: 'Give the private key of one of the recipients that the set names with --identity. If you did, the object was altered.',
  });
}
