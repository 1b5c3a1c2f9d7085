import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { examples } from './shared-help.ts';
import type { Start } from './start.ts';

const judged = `
Of a folder its files are checked, and those of a folder DataBase in it, as certutil -backupDB makes one; no others.
For each folder is said whether its databases can be recovered with the logs there. Where a database lies
apart from its logs, name both folders. A file that is named by itself is checked by itself.

What Certificate Services has open can't be read: check a backup, or a copy made while the service was stopped.`;

export function eseCommand(start: Start): CommandUnknownOpts {
  return new Command('ese')
    .summary('look at database and log files')
    .description('Looks at local database and log files, without any sink.')
    .addCommand(checkCommand(start));
}

function checkCommand(start: Start): CommandUnknownOpts {
  return new Command('check')
    .summary('check database and log files')
    .description(
      'Checks every page of databases and every segment of logs (.edb, .log, edb.chk, .jfm), and whether the logs ' +
        'that a database needs are there. Only reads; works on any computer.',
    )
    .argument('<path...>', 'files or folders')
    .addHelpText(
      'after',
      `${judged}\n${examples(
        'adcs-backup ese check E:\\Restore',
        'adcs-backup ese check D:\\CertDB E:\\CertLog',
        'adcs-backup ese check "\\\\nas\\share\\ca\\DataBase\\Contoso.edb" --json',
      )}`,
    )
    .action((paths) =>
      start('ese check', async (run) => {
        const { checkEse } = await import('../commands/ese-check.ts');
        return await checkEse(run, paths);
      }),
    );
}
