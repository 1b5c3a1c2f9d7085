import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { generateIdentity, generateSigningKey, writePublicFile, writeSecretFile } from '@adcs-backup/keys';
import type { CaShape } from '@adcs-backup/standin';
import { newFolder, newPlace, type Place } from './place.ts';
import { cli } from './run-cli.ts';

/** Keys of one CA and of those who look after its sets. */
export interface Keys {
  /** Public: age1…. */
  readonly recipient: string;
  /** Path of the private key of it. */
  readonly identity: string;
  /** Path of the host's private key. */
  readonly signingKey: string;
  /** RW…. */
  readonly publicKey: string;
  /** Path of a file with it. */
  readonly publicFile: string;
}

export async function newKeys(): Promise<Keys> {
  const folder = await newFolder();
  const [identity, signingKey] = [join(folder, 'recovery.key'), join(folder, 'ca01.key')];
  const publicFile = `${signingKey}.pub`;
  const pair = await generateIdentity();
  await writeSecretFile(identity, pair.file);
  const signing = generateSigningKey();
  await writeSecretFile(signingKey, signing.secretFile);
  await writePublicFile(publicFile, signing.publicFile);
  return { recipient: pair.recipient, identity, signingKey, publicKey: signing.publicKey, publicFile };
}

export interface KeyPlace extends Place {
  readonly keys: Keys;
}

/** A CA whose backups are encrypted and signed, and an empty sink. */
export async function newKeyPlace(shape: CaShape = {}): Promise<KeyPlace> {
  const place = await newPlace(shape);
  const keys = await newKeys();
  const flags = ['--recipient', keys.recipient, '--signing-key', keys.signingKey];
  return { ...place, keys, backup: [...place.backup, ...flags] };
}

/** A sink with two sets of one CA, encrypted and signed, and a copy of it that lacks the second. */
export async function newSets(): Promise<KeyPlace & { readonly older: string }> {
  const place = await newKeyPlace();
  await backUp(place);
  const older = join(place.folder, 'older');
  await cp(place.sink, older, { recursive: true });
  await place.ca.issueCertificates({ changedPages: 2, logs: 1 });
  await place.ca.recordDigests(true);
  await backUp(place);
  return { ...place, older };
}

async function backUp({ backup }: Place): Promise<void> {
  const { exitCode, stderr } = await cli(backup);
  if (exitCode !== 0) throw new Error(`the backup ended with ${exitCode}: ${stderr}`);
}
