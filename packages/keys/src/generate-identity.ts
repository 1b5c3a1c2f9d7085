import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** A new key pair for reading sets. */
export interface NewIdentity {
  /** The public key, `age1…`. */
  readonly recipient: string;
  /** The content of the private key's file, as age-keygen writes it. */
  readonly file: string;
}

export interface NewIdentityOptions {
  /** A key that withstands quantum computers, too; the age command knows it from version 1.3. */
  readonly postQuantum?: boolean;
}

export async function generateIdentity({ postQuantum = false }: NewIdentityOptions = {}): Promise<NewIdentity> {
  const secret = postQuantum ? await generateHybridIdentity() : await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  const createdAt = `${new Date().toISOString().slice(0, 19)}Z`;
  return { recipient, file: `# created: ${createdAt}\n# public key: ${recipient}\n${secret}\n` };
}
