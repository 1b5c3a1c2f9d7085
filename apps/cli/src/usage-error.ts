import { AdcsBackupError } from '@adcs-backup/core';
import { CommanderError } from '@commander-js/extra-typings';

/** Behind it commander puts what the value's parser said. */
const invalidValue = /( is invalid(?: for argument '[^']+')?)\. /;

/** What commander finds wrong with a command line, as an error of the project; others as they are. */
export function usageError(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.code === 'commander.help') {
    return new AdcsBackupError('invalid-usage', 'no command given', { hint: 'adcs-backup --help shows the commands.' });
  }
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return new AdcsBackupError('invalid-usage', message.replace(invalidValue, '$1: ').replace(/\.$/, ''), {
    hint: suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'Add --help for what can be typed.',
  });
}
