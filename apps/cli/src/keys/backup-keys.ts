import { AdcsBackupError, type ObjectSigner, type PackRecipients, type TrustedSigners } from '@adcs-backup/core';
import { changeableByOthers, windowsHands } from '../rights/this-machine.ts';
import type { BackupKeyFlags } from './key-flags.ts';
import { publicKeysOf } from './public-keys.ts';

/** What a backup encrypts and signs with. */
export interface BackupKeys {
  readonly recipients?: PackRecipients;
  readonly signer?: ObjectSigner;
  readonly trusted?: TrustedSigners;
}

/**
 * Reads and checks all keys of a backup; without any, nothing that knows keys is loaded.
 * @throws `key-unusable`, `invalid-usage`
 */
export async function backupKeys(flags: BackupKeyFlags): Promise<BackupKeys> {
  if (flags.signedBy !== undefined && flags.signingKey === undefined) {
    throw new AdcsBackupError('invalid-usage', '--signed-by is given, and no --signing-key', {
      hint: 'Name the key that signs, or leave --signed-by out: else no later backup would build on this set.',
    });
  }
  const recipients = await recipientsIn(flags);
  const signer = await signerIn(flags);
  const trusted = signer === undefined ? undefined : await trustedIn(signer, flags);
  return {
    ...(recipients === undefined ? {} : { recipients }),
    ...(signer === undefined ? {} : { signer }),
    ...(trusted === undefined ? {} : { trusted }),
  };
}

/** @throws `key-unusable` when there is none although they were asked for */
export async function recipientsIn({
  recipient = [],
  recipientsFile,
}: BackupKeyFlags): Promise<PackRecipients | undefined> {
  if (recipient.length === 0 && recipientsFile === undefined) return undefined;
  const { recipientsOf } = await import('@adcs-backup/keys');
  const listed = recipientsFile === undefined ? [] : await recipientsListedIn(recipientsFile);
  return await recipientsOf([...recipient, ...listed]);
}

/** Who adds a line to the file can read all later backups. */
async function recipientsListedIn(path: string): Promise<readonly string[]> {
  const { parseRecipients, readPublicFile } = await import('@adcs-backup/keys');
  const listed = parseRecipients(await readPublicFile(path), path);
  const open = await changeableByOthers(path);
  if (open === undefined) return listed;
  throw new AdcsBackupError('key-unusable', `${path} can be changed ${open.who}`, {
    hint: `${open.remedy} Then look whether it has your recipients only: each of them can read the backups.`,
  });
}

async function signerIn({ signingKey }: BackupKeyFlags): Promise<ObjectSigner | undefined> {
  if (signingKey === undefined) return undefined;
  const { readSecretFile, signerOf } = await import('@adcs-backup/keys');
  return signerOf(await readSecretFile(signingKey, windowsHands()), signingKey);
}

/** The host's own key, and those that it had before. */
async function trustedIn({ publicKey }: ObjectSigner, { signedBy = [] }: BackupKeyFlags): Promise<TrustedSigners> {
  const { trustedSignersOf } = await import('@adcs-backup/keys');
  return trustedSignersOf([...new Set([publicKey, ...(await publicKeysOf(signedBy))])]);
}
