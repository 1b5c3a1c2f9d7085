import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected, labelArgument } from '../values/arguments.ts';
import { ageMs, durationMs, lockMs } from '../values/duration.ts';
import { bytesPerSecond } from '../values/rate.ts';
import {
  caFileHelp,
  caHelp,
  examples,
  limitUploadHelp,
  lockForHelp,
  retryForHelp,
  signedByHelp,
  sinkHelp,
  sinkPackageHelp,
} from './shared-help.ts';
import type { Start } from './start.ts';

export function copyCommand(start: Start): CommandUnknownOpts {
  return new Command('copy')
    .summary('copy sets from one sink into another')
    .description(
      'Copies the sets that a sink lacks from another, byte by byte, each object checked on the way. What is there already ' +
        'stays; what is lost of a set there is put again. With a label: that set, and those before it in its chain.',
    )
    .argument('<from>', sinkHelp)
    .argument('<to>', 'the sink that lacks sets; nothing in it is replaced')
    .argument('[label]', 'only this set: a label as "list" prints it, or latest', labelArgument)
    .option('--signed-by <key>', signedByHelp, collected)
    .option('--ca <name>', caHelp)
    .option('--lock-for <duration>', lockForHelp, argument(lockMs))
    .option('--chain-max-age <duration>', 'for --lock-for: as the backup is told (default: 30d)', argument(ageMs))
    .option('--retry-for <duration>', retryForHelp, argument(durationMs))
    .option('--limit-upload <rate>', limitUploadHelp, argument(bytesPerSecond))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText(
      'after',
      examples(
        'adcs-backup copy D:\\Backups \\\\nas\\share\\ca',
        'adcs-backup copy "s3://pki-backups/ca01?region=eu-central-1" E:\\Offline latest',
      ),
    )
    .action((from, to, ...[label, flags]) =>
      start('copy', async (run) => {
        const { copy } = await import('../commands/copy.ts');
        return await copy(run, { from, to, label }, flags);
      }),
    );
}
