import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { ageMs, durationMs, lockMs, stallTimeoutMs } from '../values/duration.ts';
import { bytesPerSecond } from '../values/rate.ts';
import { wholeNumber } from '../values/whole-number.ts';
import {
  caFileHelp,
  certadmHelp,
  examples,
  limitUploadHelp,
  lockForHelp,
  recipientHelp,
  recipientsFileHelp,
  retryForHelp,
  serverHelp,
  signingKeyHelp,
  sinkHelp,
  sinkPackageHelp,
} from './shared-help.ts';
import type { Start } from './start.ts';

export function backupCommand(start: Start): CommandUnknownOpts {
  return withKeysAndSinks()
    .option('--certadm <path>', certadmHelp)
    .addHelpText('after', exampleText)
    .action((sinks, flags) =>
      start('backup', async (run) => {
        const { backup } = await import('../commands/backup.ts');
        return await backup(run, sinks, flags);
      }),
    );
}

function withKeysAndSinks() {
  return withCaAndSet()
    .option('--recipient <key>', recipientHelp, collected)
    .option('--recipients-file <path>', recipientsFileHelp)
    .option('--signing-key <path>', signingKeyHelp)
    .option(
      '--signed-by <key>',
      'with --signing-key: build on sets that this key signed, too; may be repeated',
      collected,
    )
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--limit-upload <rate>', limitUploadHelp, argument(bytesPerSecond))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp);
}

function withCaAndSet() {
  return new Command('backup')
    .summary('back up the CA into one sink or several')
    .description(about)
    .argument('<sinks...>', `${sinkHelp}; with several, each gets the set`)
    .option('--server <name>', serverHelp)
    .option('--ca <name>', 'name the set after this CA, instead of the name of its database')
    .addOption(typeOption())
    .option('--new-chain', 'store everything anew instead of building on the newest set')
    .option(
      '--chain-max-age <duration>',
      'begin a new chain when the newest one is older (default: 30d)',
      argument(ageMs),
    )
    .option('--lock-for <duration>', lockForHelp, argument(lockMs))
    .option('--truncate-logs', 'delete logs on the CA that it needs no more, only once the set is stored and sound')
    .addOption(minCopiesOption())
    .option('--strict', 'store no set that fails a check')
    .option(
      '--wait <duration>',
      'how long another backup of the CA is waited for (default: 2min)',
      argument(durationMs),
    )
    .option(
      '--stall-timeout <duration>',
      'how long one call to the CA may take before the process is ended (default: 10min)',
      argument(stallTimeoutMs),
    );
}

const about =
  'Takes a backup of the CA while it runs, and stores it as a set in the sink, or in several at once. Every database ' +
  'page and every log is checked on the way: a set that fails a check is kept as suspect, and the exit code is 14.';

const exampleText = examples(
  'adcs-backup backup D:\\Backups',
  'adcs-backup backup \\\\nas\\share\\ca --log-file C:\\Logs\\adcs-backup.log --quiet',
  'adcs-backup backup D:\\Backups --truncate-logs',
  'adcs-backup backup D:\\Backups --type auto --truncate-logs',
  'adcs-backup backup D:\\Backups "s3://pki-backups/ca01?region=eu-central-1" --truncate-logs --min-copies 1',
  'adcs-backup backup D:\\Backups --recipients-file C:\\pki\\recipients.txt --signing-key C:\\pki\\ca01.key',
  'adcs-backup backup file:///srv/backup --json',
);

function typeOption() {
  const types = ['full', 'logs-only', 'auto'] as const;
  const help =
    'full; logs-only, which needs a full set that truncated; auto: logs-only where that is sound, else full (default: full)';
  return new Option('--type <type>', help).choices(types);
}

function minCopiesOption() {
  const help = 'truncate only when so many sinks have the set (default: all that are named)';
  return new Option('--min-copies <number>', help).argParser(argument(wholeNumber));
}
