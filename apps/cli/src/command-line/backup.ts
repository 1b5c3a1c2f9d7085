import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { ageMs, durationMs, stallTimeoutMs } from '../values/duration.ts';
import { certadmHelp, examples, retryForHelp, serverHelp, sinkHelp, sinkPackageHelp } from './shared-help.ts';
import type { Start } from './start.ts';

export function backupCommand(start: Start): CommandUnknownOpts {
  return new Command('backup')
    .summary('back up the CA into a sink')
    .description('Takes a backup of the CA while it runs, and stores it as a set in the sink. Deletes nothing.')
    .argument('<sink>', sinkHelp)
    .option('--server <name>', serverHelp)
    .option('--ca <name>', 'name the set after this CA, instead of the name of its database')
    .addOption(typeOption())
    .option('--new-chain', 'store everything anew instead of building on the newest set')
    .option(
      '--chain-max-age <duration>',
      'begin a new chain when the newest one is older (default: 30d)',
      argument(ageMs),
    )
    .option('--truncate-logs', 'not in this version: delete the logs of the CA that the set holds')
    .option(
      '--wait <duration>',
      'how long another backup of the CA is waited for (default: 2min)',
      argument(durationMs),
    )
    .option(
      '--stall-timeout <duration>',
      'how long one call to the CA may take before the process is ended (default: 10min)',
      argument(stallTimeoutMs),
    )
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--certadm <path>', certadmHelp)
    .addHelpText(
      'after',
      examples(
        'adcs-backup backup D:\\Backups',
        'adcs-backup backup \\\\nas\\share\\ca --log-file C:\\Logs\\adcs-backup.log --quiet',
        'adcs-backup backup file:///srv/backup --json',
      ),
    )
    .action((sink, flags) =>
      start('backup', async (run) => {
        const { backup } = await import('../commands/backup.ts');
        return await backup(run, sink, flags);
      }),
    );
}

function typeOption() {
  const types = ['full', 'logs-only', 'auto'] as const;
  return new Option('--type <type>', 'only full in this version (default: full)').choices(types);
}
