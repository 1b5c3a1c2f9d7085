import { rm } from 'node:fs/promises';
import { generateIdentity, generateSigningKey, writePublicFile, writeSecretFile } from '@adcs-backup/keys';
import { windowsHands } from '../rights/this-machine.ts';
import type { Run } from '../run.ts';
import { identityText, signingKeyText } from './keys-generate-text.ts';

export interface KeysGenerateFlags {
  readonly output: string;
  readonly signing?: true | undefined;
  readonly postQuantum?: true | undefined;
}

/**
 * Makes a key pair, and says what to do with it.
 * @throws `key-unusable` when a file exists already or can't be written; then neither was written
 */
export async function generateKeys({ output }: Run, flags: KeysGenerateFlags): Promise<'done'> {
  if (flags.signing === true) {
    const { keyId, publicKey, publicKeyFile } = await makeSigningKey(flags.output);
    const files = { privateKeyFile: flags.output, publicKeyFile };
    output.line({ type: 'key-generated', purpose: 'signing', algorithm: 'ed25519', publicKey, keyId, ...files });
    output.text(signingKeyText({ publicKey, ...files }));
    return 'done';
  }
  const { recipient, file } = await generateIdentity({ postQuantum: flags.postQuantum === true });
  await writeSecretFile(flags.output, file, windowsHands());
  const algorithm = flags.postQuantum === true ? 'mlkem768x25519' : 'x25519';
  const privateKeyFile = flags.output;
  output.line({ type: 'key-generated', purpose: 'reading', algorithm, publicKey: recipient, privateKeyFile });
  output.text(identityText(recipient, privateKeyFile));
  return 'done';
}

async function makeSigningKey(privateKeyFile: string) {
  const { keyId, publicKey, publicFile, secretFile } = generateSigningKey();
  const publicKeyFile = `${privateKeyFile}.pub`;
  await writeSecretFile(privateKeyFile, secretFile, windowsHands());
  try {
    await writePublicFile(publicKeyFile, publicFile);
  } catch (error) {
    // A private key whose public one nobody has is of no use, and would stand in the way of the next attempt.
    await rm(privateKeyFile);
    throw error;
  }
  return { keyId, publicKey, publicKeyFile };
}
