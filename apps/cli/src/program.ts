import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { backupCommand } from './command-line/backup.ts';
import { copyCommand } from './command-line/copy.ts';
import { doctorCommand } from './command-line/doctor.ts';
import { eseCommand } from './command-line/ese.ts';
import { keysCommand } from './command-line/keys.ts';
import { listCommand } from './command-line/list.ts';
import { restoreCommand } from './command-line/restore.ts';
import { showCommand } from './command-line/show.ts';
import { sinkCommand } from './command-line/sink.ts';
import type { Start } from './command-line/start.ts';
import { verifyCommand } from './command-line/verify.ts';
import type { GlobalFlags } from './run.ts';

/** The command line: what can be typed, and nothing of what it does. Only commander is loaded for it. */

const settingsHelp = `
Settings:
  Every flag can be set in three places; the first one that has it counts:
    1. the command line            --retry-for 1h
    2. the environment             ADCS_BACKUP_RETRY_FOR=1h
    3. the configuration file      { "retry-for": "1h" }
  The file is the one of --config, else if it is there
    %ProgramData%\\adcs-backup\\config.json on Windows, /etc/adcs-backup/config.json elsewhere.
  --certadm, --new-chain, --to, --overwrite, --all and the flags of keys generate are for the command line only.
  Credentials come from the environment variables and files of the storage's own tools, never from a URL.`;

const exitHelp = `
Exit codes:
   0  done                             11  privilege or access missing
   1  failed                           12  sink can't be reached
   2  wrong usage or configuration     13  sink refused (denied, exists, full)
   3  set sealed, with warnings        14  integrity: a check failed
  10  Certificate Services not online  15  another backup is running
  20  not Windows, or Certadm.dll missing
 130  Ctrl-C                          143  SIGTERM`;

export interface CommandLine {
  readonly program: CommandUnknownOpts;
  /** The flags that every command has, as far as they have been read. */
  readonly flags: () => GlobalFlags;
}

export interface ProgramOptions {
  readonly version: string;
  readonly start: Start;
  readonly writeHelp: (text: string) => void;
  /** For help that comes because something is missing. */
  readonly writeError: (text: string) => void;
}

export function commandLine({ version, start, writeHelp, writeError }: ProgramOptions): CommandLine {
  const program = new Command('adcs-backup')
    .description('Online backup of Active Directory Certificate Services.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--json', 'one JSON object per line on standard output')
    .option('--quiet', 'no notes and no progress, only results, warnings and errors')
    .option('--verbose', 'more notes, and the causes of errors')
    .option('--no-color', 'no colours')
    .option('--log-file <path>', 'append lines with times to this file')
    .option('--config <path>', 'configuration file')
    .addHelpText('after', `${settingsHelp}\n${exitHelp}`);
  const commands = [
    backupCommand,
    listCommand,
    showCommand,
    verifyCommand,
    restoreCommand,
    copyCommand,
    keysCommand,
    sinkCommand,
    doctorCommand,
    eseCommand,
  ];
  for (const command of commands) program.addCommand(command(start));
  const nested = program.commands.flatMap(({ commands: inner }) => inner);
  for (const command of [program, ...program.commands, ...nested]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: writeHelp, writeErr: writeError, outputError: () => undefined })
      .configureHelp({ showGlobalOptions: true, helpWidth: 100 });
  }
  program.hook('preAction', async (_program, command) => await applySettings(program, command));
  return { program, flags: () => program.opts() };
}

/** Fills in from the environment and the configuration file what wasn't typed. */
async function applySettings(program: CommandUnknownOpts, command: CommandUnknownOpts): Promise<void> {
  const { applyConfig, applyEnvironment } = await import('./settings/apply-settings.ts');
  const { readConfig } = await import('./settings/config-file.ts');
  const commands = [program, command];
  for (const each of commands) applyEnvironment(each, process.env);
  const named: unknown = program.getOptionValue('config');
  const file = await readConfig(typeof named === 'string' ? named : undefined);
  if (file !== undefined) for (const each of commands) applyConfig(each, file);
}
