import { AdcsBackupError } from '@adcs-backup/core';
import { keyLines } from './key-text.ts';
import { checkRecipient } from './recipient.ts';

/**
 * Reads a recipients file, as `age -R` takes it: one a line, comments begin with #.
 * @param source for people: the file's path
 * @returns its recipients, in its order
 * @throws `key-unusable` that names file and line
 */
export function parseRecipients(text: string, source: string): readonly string[] {
  const lines = keyLines(text);
  if (lines.length === 0) {
    throw new AdcsBackupError('key-unusable', `${source} names no recipient`, {
      hint: 'Write public keys (age1…) into it, one a line.',
    });
  }
  for (const line of lines) checkRecipient(line.text, `${source}, line ${line.number}`);
  return lines.map((line) => line.text);
}
