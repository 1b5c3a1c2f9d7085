import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
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

export function restoreCommand(start: Start): CommandUnknownOpts {
  return new Command('restore')
    .summary('write a set into a folder')
    .description(
      'Writes a set into a folder, every block checked, in the form that certutil -restoreDB takes. A logs-only set is put ' +
        'together with its full set and the logs between. latest is the newest sound set.',
    )
    .argument('<sink>', sinkHelp)
    .argument('<label>', 'the set: a label as "list" prints it, or latest')
    .requiredOption('--to <folder>', 'the folder to write into: an empty one, or a new one')
    .addOption(
      new Option(
        '--layout <layout>',
        'single: one folder; per-set: one for the full set, one for each logs-only set (default: single)',
      ).choices(['single', 'per-set']),
    )
    .option('--overwrite', 'replace an earlier restore in that folder')
    .option('--identity <path>', identityHelp, collected)
    .option('--signed-by <key>', signedByHelp, collected)
    .option('--trust <path>', 'file of "verify --trust": an older state of the sink than it knows is refused')
    .option('--ca <name>', caHelp)
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText(
      'after',
      examples(
        'adcs-backup restore D:\\Backups latest --to E:\\Restore',
        'adcs-backup restore D:\\Backups 20261121T180316Z-full --to E:\\Restore',
        'adcs-backup restore D:\\Backups latest --to E:\\Restore --identity recovery.key --signed-by ca01.key.pub',
      ),
    )
    .action((sink, label, flags) =>
      start('restore', async (run) => {
        const { restore } = await import('../commands/restore.ts');
        return await restore(run, { sink, label }, flags);
      }),
    );
}
