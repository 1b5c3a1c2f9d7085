import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
import { caFileHelp, caHelp, examples, retryForHelp, signedByHelp, sinkHelp, sinkPackageHelp } from './shared-help.ts';
import type { Start } from './start.ts';

export function showCommand(start: Start): CommandUnknownOpts {
  return new Command('show')
    .summary('show what a set holds')
    .description(
      'Shows what the manifest of a set says: times, checks, files, warnings; and whether it can be restored, and why.',
    )
    .argument('<sink>', sinkHelp)
    .argument('<label>', 'the set: a label as "list" prints it, or latest')
    .option('--signed-by <key>', signedByHelp, collected)
    .option('--ca <name>', caHelp)
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText(
      'after',
      examples('adcs-backup show D:\\Backups latest', 'adcs-backup show D:\\Backups 20261121T180316Z-full'),
    )
    .action((sink, label, flags) =>
      start('show', async (run) => {
        const { show } = await import('../commands/show.ts');
        return await show(run, { sink, label }, flags);
      }),
    );
}
