import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
import {
  caFileHelp,
  certadmHelp,
  examples,
  recipientHelp,
  recipientsFileHelp,
  serverHelp,
  signingKeyHelp,
  sinkPackageHelp,
} from './shared-help.ts';
import type { Start } from './start.ts';

export function doctorCommand(start: Start): CommandUnknownOpts {
  return new Command('doctor')
    .summary('check what a backup needs')
    .description('Checks what a backup on this computer needs, one thing after another. Changes and writes nothing.')
    .argument('[sink]', 'a folder or URL that backups will go to: only listed')
    .option('--server <name>', serverHelp)
    .option('--recipient <key>', recipientHelp, collected)
    .option('--recipients-file <path>', recipientsFileHelp)
    .option('--signing-key <path>', signingKeyHelp)
    .option('--signed-by <key>', 'a key whose earlier sets count, too; may be repeated', collected)
    .option('--identity <path>', 'only to warn of it: it opens every set, and has no place on a CA', collected)
    .option(
      '--retry-for <duration>',
      'how long one call to the sink may keep failing (default: 0s)',
      argument(durationMs),
    )
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .option('--certadm <path>', certadmHelp)
    .addHelpText('after', examples('adcs-backup doctor', 'adcs-backup doctor D:\\Backups'))
    .action((sink, flags) =>
      start('doctor', async (run) => {
        const { doctor } = await import('../commands/doctor.ts');
        return await doctor(run, sink, flags);
      }),
    );
}
