import { AdcsBackupError, type PackRecipients } from '@adcs-backup/core';
import { publicPart } from './private-text.ts';
import { checkRecipient, refuseMixedKinds } from './recipient.ts';
import { wrapNewFileKey } from './wrapped-file-key.ts';

/**
 * Those who may read what is stored. Each is tried once, so that a key that nothing can be encrypted to is found
 * before a backup begins.
 * @param names age recipients: `age1…`, `age1tag1…` (hardware); or `age1pq1…`, `age1tagpq1…` (post-quantum)
 * @throws `key-unusable` when there is none, one is no recipient, or the two kinds are mixed
 */
export async function recipientsOf(names: readonly string[]): Promise<PackRecipients> {
  if (names.length === 0) {
    throw new AdcsBackupError('key-unusable', 'no recipient is named', {
      hint: 'Name at least one public key (age1…) to encrypt to.',
    });
  }
  for (const [index, name] of names.entries()) checkRecipient(name, `recipient ${index + 1}`);
  refuseMixedKinds(names);
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  for (const name of sorted) await tryOut(name);
  return { names: sorted, newFileKey: () => wrapNewFileKey(sorted) };
}

async function tryOut(name: string): Promise<void> {
  try {
    await wrapNewFileKey([name]);
  } catch (cause) {
    throw new AdcsBackupError('key-unusable', `nothing can be encrypted to ${publicPart(name)}`, {
      hint: 'The key is written correctly, but is no point of its curve: make a new one with "adcs-backup keys generate".',
      cause,
    });
  }
}
