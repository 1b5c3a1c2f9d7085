import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { argument, collected } from '../values/arguments.ts';
import { durationMs } from '../values/duration.ts';
import { caFileHelp, examples, sinkPackageHelp } from './shared-help.ts';
import type { Start } from './start.ts';

const tried = `
All is done below a folder of its own, conformance-<16 hex digits>, which is deleted in the end; sets are not
touched. Without --all: what depends on the place, about 200 objects and 35 MB. With it: what depends on the
sink's program, too; about 1,500 objects and 90 MB. Where the credentials may not delete, which a backup
doesn't need, the objects are left and named. Nothing is tried that only time shows: whether objects survive
a power failure, or a rule that deletes them later.

Exit codes: 0 every promise that was tried is kept; 3 kept, but something endangers backups; 12 the sink can't be
reached; 13 it refused; 14 a promise is broken.`;

export function sinkCommand(start: Start): CommandUnknownOpts {
  return new Command('sink')
    .summary('look at a sink before it is trusted')
    .description('Looks at a place where sets are to be stored.')
    .addCommand(checkCommand(start));
}

function checkCommand(start: Start): CommandUnknownOpts {
  return new Command('check')
    .summary('try whether a sink keeps its promises')
    .description(
      'Tries on the real folder or bucket what backups rely on: that nothing stored is ever replaced, that all of it ' +
        'comes back, is listed in order and at once. Looks at its clock, its versioning, lock and lifecycle settings.',
    )
    .argument('<sink>', 'a folder or URL that backups will go to')
    .option('--all', 'try every promise: more objects, more minutes')
    .option('--retry-for <duration>', 'how long one call may keep failing (default: 0s)', argument(durationMs))
    .option('--sink-package <name>', sinkPackageHelp, collected)
    .option('--ca-file <path>', caFileHelp)
    .addHelpText(
      'after',
      `${tried}\n${examples(
        'adcs-backup sink check D:\\Backups',
        'adcs-backup sink check "s3://contoso-backup/ca?region=eu-central-1" --all',
        'adcs-backup sink check azblob://contoso/backup/ca --json',
      )}`,
    )
    .action((sink, flags) =>
      start('sink check', async (run) => {
        const { checkSink } = await import('../commands/sink-check.ts');
        return await checkSink(run, sink, flags);
      }),
    );
}
