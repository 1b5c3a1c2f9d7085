import { AdcsBackupError } from '@adcs-backup/core';
import { Encrypter } from 'age-encryption';
import { isPrivate, publicPart } from './private-text.ts';

/**
 * Checks how a recipient is written.
 * @param where for people: `recipient 2`, or file and line
 * @throws `key-unusable` that begins with `where`, and has nothing of a private key
 */
export function checkRecipient(text: string, where: string): void {
  if (isPrivate(text)) throw privateKeyGiven(where);
  try {
    new Encrypter().addRecipient(text);
  } catch {
    // What the library says quotes the text, which may be a private key with a typing mistake.
    throw unreadable(text, where);
  }
}

/** @throws `key-unusable` when a recipient of one kind would undo the protection by the other */
export function refuseMixedKinds(names: readonly string[]): void {
  const classical = names.find((name) => kindOf(name) === 'classical');
  const postQuantum = names.find((name) => kindOf(name) === 'post-quantum');
  if (classical === undefined || postQuantum === undefined) return;
  const both = `${publicPart(classical)} is classical, ${publicPart(postQuantum)} is post-quantum`;
  throw new AdcsBackupError('key-unusable', `recipients of two kinds: ${both}`, {
    hint: 'Name recipients of one kind: each of them opens the whole set, so a quantum computer that breaks a classical one would undo what the other protects.',
  });
}

function kindOf(name: string): 'classical' | 'post-quantum' {
  return name.startsWith('age1pq1') || name.startsWith('age1tagpq1') ? 'post-quantum' : 'classical';
}

function privateKeyGiven(where: string): AdcsBackupError {
  return new AdcsBackupError('key-unusable', `${where} is a private key, where a public one belongs`, {
    hint: 'Name the public key (age1…) that stands in the same file, or that "age-keygen -y" prints. If others could read this place, make a new key.',
  });
}

function unreadable(text: string, where: string): AdcsBackupError {
  const named = publicPart(text);
  const message = `${where}${named === undefined ? '' : ` (${named})`} is no age recipient`;
  if (text.startsWith('ssh-')) {
    return new AdcsBackupError('key-unusable', `${message}, but an SSH key`, {
      hint: 'SSH keys are not supported: make an age key with "adcs-backup keys generate".',
    });
  }
  if (/^age1[0-9a-z]+1/.test(text)) {
    return new AdcsBackupError('key-unusable', `${message} of a known kind`, {
      hint: 'Known are age1…, age1pq1…, age1tag1… and age1tagpq1…; recipients of other age plugins are not supported. Or a character is wrong.',
    });
  }
  return new AdcsBackupError('key-unusable', message, {
    hint: 'Copy the whole public key again: it begins with age1, and a character of it is wrong or missing.',
  });
}
