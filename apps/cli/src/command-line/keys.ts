import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { examples } from './shared-help.ts';
import type { Start } from './start.ts';

const kinds = `
Without --signing: a key pair for reading. Sets are encrypted to the public key (age1…); the file opens them, here and
with the age command. Make it on a computer that is not the CA, and never bring it there: then nothing on the CA opens
its backups. Without the file nobody can read them: keep a copy in another place.

With --signing: a key pair for the CA. It signs what a backup stores, so that nobody else can add, change or exchange
sets unseen. <file>.pub, beside the file, is for those who verify, here or with the minisign command.

No file is ever replaced. The private key is never printed, and the file is closed to others (on Windows to all but
administrators, SYSTEM and this account).`;

export function keysCommand(start: Start): CommandUnknownOpts {
  return new Command('keys')
    .summary('make keys that encrypt or sign sets')
    .description('Makes the keys that sets are encrypted and signed with.')
    .addCommand(generateCommand(start));
}

function generateCommand(start: Start): CommandUnknownOpts {
  return new Command('generate')
    .summary('make a key pair')
    .description('Makes a key pair: for reading encrypted sets, or with --signing for signing sets.')
    .requiredOption('--output <file>', 'new file for the private key')
    .addOption(new Option('--signing', 'a key pair that signs').conflicts('postQuantum'))
    .option('--post-quantum', 'a key pair for reading that withstands quantum computers; age 1.3 and later know it')
    .addHelpText(
      'after',
      `${kinds}\n${examples(
        'adcs-backup keys generate --output E:\\pki\\backup-key.txt',
        'adcs-backup keys generate --post-quantum --output /safe/backup-key.txt',
        'adcs-backup keys generate --signing --output C:\\ProgramData\\adcs-backup\\ca01.key',
      )}`,
    )
    .action((flags) =>
      start('keys generate', async (run) => {
        const { generateKeys } = await import('../commands/keys-generate.ts');
        return await generateKeys(run, flags);
      }),
    );
}
