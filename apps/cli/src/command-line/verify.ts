import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected, labelArgument } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
import { percent } from '../values/percent.ts';
import {
  caFileHelp,
  caHelp,
  examples,
  identityHelp,
  retryForHelp,
  signedByHelp,
  sinkHelp,
  sinkPackageHelp,
} from './shared-help.ts';
import type { Start } from './start.ts';

export function verifyCommand(start: Start): CommandUnknownOpts {
  return new Command('verify')
    .summary('check the sets in a sink')
    .description(
      'Checks sets: that every object is there with its size, that manifests and maps are whole, and says which sets can ' +
        'be restored, and why. With --read-data ' +
        'the stored data is read too, and every block compared with its SHA-256. Without a label: all sets; a logs-only set is checked with those that it ' +
        'builds on.',
    )
    .argument('<sink>', sinkHelp)
    .argument('[label]', 'the set: a label as "list" prints it, or latest', labelArgument)
    .option(
      '--read-data [=PERCENT]',
      'read this share of the data, chosen at random; all of it without =PERCENT',
      argument(percent),
    )
    .option('--ese', 'check every database page and log segment again; reads all of them')
    .option('--identity <path>', identityHelp, collected)
    .option('--signed-by <key>', signedByHelp, collected)
    .option('--trust <path>', 'file that remembers the newest set seen: less than that is a rollback')
    .option('--ca <name>', caHelp)
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText(
      'after',
      examples(
        'adcs-backup verify D:\\Backups',
        'adcs-backup verify D:\\Backups latest --read-data',
        'adcs-backup verify D:\\Backups --read-data=10%',
        'adcs-backup verify D:\\Backups latest --ese',
        'adcs-backup verify D:\\Backups --signed-by ca01.key.pub --trust ca01.trust',
        'adcs-backup verify D:\\Backups latest --read-data --identity recovery.key',
      ),
    )
    .action((sink, label, flags) =>
      start('verify', async (run) => {
        const { verify } = await import('../commands/verify.ts');
        return await verify(run, { sink, label }, flags);
      }),
    );
}

/** Without a value the flag means all; written out, so that it can't swallow a label that follows it. */
export function withWholeReadData(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => (arg === '--read-data' && (end === -1 || index < end) ? '--read-data=100%' : arg));
}
