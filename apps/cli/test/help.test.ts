import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withWholeReadData } from '../src/command-line/verify.ts';
import { commandLine } from '../src/program.ts';
import { newFolder } from './place.ts';
import { cli, jsonLines, resultOf, startCli } from './run-cli.ts';

const commands = ['backup', 'list', 'show', 'verify', 'restore', 'doctor'];
const recorder = fileURLToPath(new URL('fixtures/record-modules.ts', import.meta.url));

describe('help', () => {
  it('lists the commands, where settings come from, and the exit codes', async () => {
    const { exitCode, stdout, stderr } = await cli(['--help']);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: adcs-backup [options] [command]

      Online backup of Active Directory Certificate Services.

      Options:
        --version                           print the version
        --json                              one JSON object per line on standard output
        --quiet                             no notes and no progress, only results, warnings and errors
        --verbose                           more notes, and the causes of errors
        --no-color                          no colours
        --log-file <path>                   append lines with times to this file
        --config <path>                     configuration file
        -h, --help                          print this help

      Commands:
        backup [options] <sinks...>         back up the CA into one sink or several
        list [options] <sink>               list the sets in a sink
        show [options] <sink> <label>       show what a set holds
        verify [options] <sink> [label]     check the sets in a sink
        restore [options] <sink> <label>    write a set into a folder
        copy [options] <from> <to> [label]  copy sets from one sink into another
        keys                                make keys that encrypt or sign sets
        sink                                look at a sink before it is trusted
        doctor [options] [sink]             check what a backup needs
        ese                                 look at database and log files
        help [command]                      display help for command

      Settings:
        Every flag can be set in three places; the first one that has it counts:
          1. the command line            --retry-for 1h
          2. the environment             ADCS_BACKUP_RETRY_FOR=1h
          3. the configuration file      { "retry-for": "1h" }
        The file is the one of --config, else if it is there
          %ProgramData%\\adcs-backup\\config.json on Windows, /etc/adcs-backup/config.json elsewhere.
        --certadm, --new-chain, --to, --overwrite, --all and the flags of keys generate are for the command line only.
        Credentials come from the environment variables and files of the storage's own tools, never from a URL.

      Exit codes:
         0  done                             11  privilege or access missing
         1  failed                           12  sink can't be reached
         2  wrong usage or configuration     13  sink refused (denied, exists, full)
         3  set sealed, with warnings        14  integrity: a check failed
        10  Certificate Services not online  15  another backup is running
        20  not Windows, or Certadm.dll missing
       130  Ctrl-C                          143  SIGTERM
      "
    `);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each(commands)('of %s has examples that the command line accepts', async (command) => {
    const { exitCode, stdout } = await cli([command, '--help']);
    expect(exitCode).toBe(0);
    const [, examples = ''] = stdout.split('Examples:\n');
    const lines = examples.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(await commandStartedBy(line.trim()), line).toBe(command);
  });

  it('loads no SDK, no zod, no koffi, nothing but the command line', async () => {
    const record = join(await newFolder(), 'modules.txt');
    const node = ['--import', pathToFileURL(recorder).href];
    expect(await cli(['--help'], { node, env: { RECORD_MODULES: record } })).toMatchObject({ exitCode: 0 });
    const modules = (await readFile(record, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
    expect(modules.some((url) => url.includes('/commander/'))).toBe(true);
    expect(modules.filter((url) => /zod|koffi|sdk|azure|packages\/(core|certadm|sink|ese)/.test(url))).toEqual([]);
    expect(modules.filter((url) => /apps\/cli\/src\/(commands|settings|sinks)\//.test(url))).toEqual([]);
  });

  it('goes to standard error with --json, so that standard output stays JSON', async () => {
    const { exitCode, stdout, stderr } = await cli(['list', '--help', '--json']);
    expect(stderr).toContain('Usage: adcs-backup list');
    expect(jsonLines(stdout)).toMatchObject([{ type: 'run-ended', exitCode: 0 }]);
    expect(exitCode).toBe(0);
  });

  it('survives a reader that has gone away', async () => {
    const child = startCli(['--help']);
    child.stdout.destroy();
    expect(await resultOf(child)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await cli(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});

/** The command that a line would run. */
async function commandStartedBy(line: string): Promise<string | undefined> {
  const [name, ...args] = line.split(/ +/);
  expect(name).toBe('adcs-backup');
  let started: string | undefined;
  const { program } = commandLine({
    version: '0',
    start: async (command) => {
      started = command;
    },
    writeHelp: () => undefined,
    writeError: () => undefined,
  });
  await program.parseAsync(withWholeReadData(args), { from: 'user' });
  return started;
}
