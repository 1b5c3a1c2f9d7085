/** Keys of adcs-backup: age recipients and identities, minisign signatures. */

export type { AgeIdentity } from './age-identity.ts';
export { generateIdentity, type NewIdentity, type NewIdentityOptions } from './generate-identity.ts';
export { generateSigningKey, type NewSigningKey } from './generate-signing-key.ts';
export { identitiesOf } from './identities.ts';
export { parseIdentities } from './identities-file.ts';
export { keyText } from './key-text.ts';
export { parsePublicKey } from './public-key.ts';
export { readPublicFile, readSecretFile, type SecretFileOptions } from './read-key-file.ts';
export { recipientsOf } from './recipients.ts';
export { parseRecipients } from './recipients-file.ts';
export { signerOf } from './signer.ts';
export { trustedSignersOf } from './trusted-signers.ts';
export { type NewSecretOptions, writePublicFile, writeSecretFile } from './write-key-file.ts';
