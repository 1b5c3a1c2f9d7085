import { buffer } from 'node:stream/consumers';
import { AdcsBackupError, type PackIdentities } from '@adcs-backup/core';
import { windowsHands } from '../rights/this-machine.ts';
import type { ReadingKeyFlags } from './key-flags.ts';
import { publicKeysOf } from './public-keys.ts';
import type { WitnessedSigners } from './witnessed-signers.ts';

/** What stored sets are opened and verified with. */
export interface ReadingKeys {
  readonly identities?: PackIdentities;
  readonly trusted?: WitnessedSigners;
}

/**
 * Reads and checks all keys that were named; without any, nothing that knows keys is loaded.
 * @throws `key-unusable`, `invalid-usage`
 */
export async function readingKeys({ identity = [], signedBy = [] }: ReadingKeyFlags): Promise<ReadingKeys> {
  const identities = identity.length === 0 ? undefined : await identitiesIn(identity);
  const trusted = signedBy.length === 0 ? undefined : await trustedIn(signedBy);
  return { ...(identities === undefined ? {} : { identities }), ...(trusted === undefined ? {} : { trusted }) };
}

async function identitiesIn(paths: readonly string[]): Promise<PackIdentities> {
  if (paths.filter((path) => path === '-').length > 1) {
    throw new AdcsBackupError('invalid-usage', 'standard input is named twice as an identity', {
      hint: 'Name it once: it may hold several keys, one a line.',
    });
  }
  const { identitiesOf } = await import('@adcs-backup/keys');
  const identities = [];
  for (const path of paths) identities.push(...(await identitiesAt(path)));
  return identitiesOf(identities);
}

async function identitiesAt(path: string) {
  const { keyText, parseIdentities, readSecretFile } = await import('@adcs-backup/keys');
  if (path === '-') return parseIdentities(keyText(await buffer(process.stdin)), 'standard input');
  return parseIdentities(await readSecretFile(path, windowsHands()), path);
}

async function trustedIn(signedBy: readonly string[]): Promise<WitnessedSigners> {
  const { trustedSignersOf } = await import('@adcs-backup/keys');
  const { WitnessedSigners: Signers } = await import('./witnessed-signers.ts');
  return new Signers([...new Set(await publicKeysOf(signedBy))], trustedSignersOf);
}
