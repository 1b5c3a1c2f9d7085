import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
import { caFileHelp, caHelp, examples, retryForHelp, sinkHelp, sinkPackageHelp } from './shared-help.ts';
import type { Start } from './start.ts';

export function listCommand(start: Start): CommandUnknownOpts {
  return new Command('list')
    .summary('list the sets in a sink')
    .description('Lists the sealed sets in a sink, oldest first.')
    .argument('<sink>', sinkHelp)
    .option('--ca <name>', caHelp)
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText('after', examples('adcs-backup list D:\\Backups', 'adcs-backup list file:///srv/backup --json'))
    .action((sink, flags) =>
      start('list', async (run) => {
        const { list } = await import('../commands/list.ts');
        return await list(run, sink, flags);
      }),
    );
}
