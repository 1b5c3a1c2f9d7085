import { AdcsBackupError } from '@adcs-backup/core';
import { AgeIdentity } from './age-identity.ts';
import { type KeyLine, keyLines } from './key-text.ts';

/**
 * Reads an identity file, as `age -i` takes it: one private key a line, comments begin with #.
 * @param source for people: the file's path, or `standard input`
 * @throws `key-unusable` that names file and line, never what stands there
 */
export function parseIdentities(text: string, source: string): readonly AgeIdentity[] {
  if (/^(?:age-encryption\.org\/|\s*-----BEGIN AGE ENCRYPTED FILE-----)/.test(text)) throw locked(source);
  const lines = keyLines(text);
  if (lines.length === 0) {
    throw new AdcsBackupError('key-unusable', `${source} holds no private key`, {
      hint: 'Give the file that "adcs-backup keys generate" or age-keygen wrote.',
    });
  }
  return lines.map((line) => identityIn(line, source));
}

function identityIn({ text, number }: KeyLine, source: string): AgeIdentity {
  try {
    return new AgeIdentity(text);
  } catch {
    // What the library says quotes the secret.
    throw new AdcsBackupError('key-unusable', `${source}, line ${number}: no private age key`, { hint: hintFor(text) });
  }
}

function hintFor(text: string): string {
  if (text.startsWith('age1')) {
    return 'That is a public key, which opens nothing: give the file with the private key (AGE-SECRET-KEY-…) that belongs to it.';
  }
  if (text.startsWith('AGE-PLUGIN-')) {
    return 'Keys in hardware need an age plugin, which adcs-backup does not run: docs/restore-by-hand.md says how the age command opens a set.';
  }
  if (text.startsWith('-----BEGIN')) return 'Only age keys open a set: they begin with AGE-SECRET-KEY-.';
  return 'The line must be the whole key, as age-keygen wrote it: AGE-SECRET-KEY-… in capitals.';
}

function locked(source: string): AdcsBackupError {
  return new AdcsBackupError('key-unusable', `${source} is protected by a passphrase`, {
    hint: 'Let age ask for the passphrase: age -d key.age | adcs-backup … --identity -',
  });
}
