import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Option } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../src/program.ts';
import { settingNames } from '../src/settings/apply-settings.ts';
import { defaultConfigPath } from '../src/settings/config-file.ts';
import { configKeys, configSchemaText } from '../src/settings/schema.ts';
import { newFilledPlace, newFolder, newPlace } from './place.ts';
import { cli } from './run-cli.ts';

async function configFile(content: unknown): Promise<string> {
  const path = join(await newFolder(), 'config.json');
  await writeFile(
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  );
  return path;
}

/** Whether the command printed JSON. */
async function printsJson(args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  const { exitCode, stdout, stderr } = await cli(args, { env });
  expect(exitCode, stderr).toBe(0);
  return stdout.startsWith('{');
}

describe('settings', () => {
  it('come from the flag, then the environment, then the file, then the default', async () => {
    const list = ['list', await newFolder()];
    const on = await configFile({ json: true });
    expect(await printsJson(list)).toBe(false);
    expect(await printsJson([...list, '--config', on])).toBe(true);
    expect(await printsJson(list, { ADCS_BACKUP_CONFIG: on })).toBe(true);
    expect(await printsJson(list, { ADCS_BACKUP_CONFIG: on, ADCS_BACKUP_JSON: 'off' })).toBe(false);
    expect(await printsJson(list, { ADCS_BACKUP_JSON: '1' })).toBe(true);
    expect(await printsJson([...list, '--json'], { ADCS_BACKUP_JSON: '0' })).toBe(true);
  });

  it('with values follow the same order', async () => {
    const { backup } = await newPlace();
    const config = await configFile({ server: 'from-file' });
    const server = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> =>
      (await cli([...backup, '--json', ...args], { env })).stdout;
    const asked = await Promise.all([
      server(['--config', config]),
      server(['--config', config], { ADCS_BACKUP_SERVER: 'from-environment' }),
      server(['--config', config, '--server', 'from-flag'], { ADCS_BACKUP_SERVER: 'from-environment' }),
    ]);
    expect(asked.map((stdout) => /"code":"(.*?)"/.exec(stdout)?.[1])).toEqual(Array(3).fill('server-not-online'));
  });

  it('of every kind can stand in the file', async () => {
    const { sink } = await newFilledPlace();
    const config = await configFile({
      $schema: 'https://example.com/config.schema.json',
      plugins: ['adcs-backup-sink-faulty'],
      'read-data': '50%',
      'retry-for': '1s',
      'no-color': true,
      quiet: true,
      wait: '5min',
    });
    const { exitCode, stdout } = await cli(['verify', `faulty://${sink}`, '--config', config]);
    expect(stdout).toContain('1 of 1 pack read');
    expect(exitCode).toBe(0);
  });

  it.each([
    [{ serverr: 'x' }, 'unknown key "serverr"', 'Did you mean "server"?'],
    [{ certadm: '/x.so' }, 'unknown key "certadm"', 'Another library than the system'],
    [{ 'sink-package': 'x' }, 'unknown key "sink-package"', '"plugins": ["NAME"]'],
    [{ zzzzzzzzzz: 1 }, 'unknown key "zzzzzzzzzz"', 'Known keys: $schema, json,'],
    [{ wait: '5' }, 'key "wait": not a duration', ''],
    [{ json: 'yes' }, 'key "json": expected boolean', ''],
    [{ 'stall-timeout': '10ms' }, 'key "stall-timeout": too short: at least 1s', ''],
    [[], 'expected', ''],
    ['{ "server": "D:\\Backups" }', 'is not JSON in UTF-8', 'a backslash is written twice'],
    [Buffer.from('\ufeff{}', 'utf16le'), 'is not JSON in UTF-8', ''],
  ])('%j in the file are refused by name', async (content, message, hint) => {
    const path = await configFile(content);
    const { exitCode, stderr } = await cli(['backup', await newFolder(), '--config', path]);
    expect(stderr).toContain(`error: configuration file ${path}`);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(exitCode).toBe(2);
  });

  it('may follow a byte order mark, which Windows editors write', async () => {
    const path = await configFile('\ufeff{ "json": true }');
    expect(await printsJson(['list', await newFolder(), '--config', path])).toBe(true);
  });

  it('are never read from the current folder', async () => {
    const path = await configFile({ json: true });
    const { stdout } = await cli(['list', await newFolder()], { cwd: join(path, '..') });
    expect(stdout).toMatch(/^There is no set in/);
  });

  it('lie beside the data of other programs by default', () => {
    expect(defaultConfigPath('win32', { ProgramData: 'E:\\Data' })).toBe('E:\\Data\\adcs-backup\\config.json');
    expect(defaultConfigPath('win32', {})).toBe('C:\\ProgramData\\adcs-backup\\config.json');
    expect(defaultConfigPath('linux', {})).toBe('/etc/adcs-backup/config.json');
  });

  it('must be there when the file is named', async () => {
    const { exitCode, stderr } = await cli(['list', await newFolder(), '--config', '/nonexistent/config.json']);
    expect(stderr).toContain("configuration file /nonexistent/config.json can't be read");
    expect(exitCode).toBe(2);
  });

  it.each([
    ['ADCS_BACKUP_QUIET', 'perhaps', 'is neither true nor false'],
    ['ADCS_BACKUP_WAIT', 'secret-canary', 'not a duration'],
    ['ADCS_BACKUP_TYPE', 'secret-canary', 'Allowed choices are full, logs-only, auto'],
  ])('%s=%s is refused, and its value not printed', async (name, value, message) => {
    const { exitCode, stdout, stderr } = await cli(['backup', await newFolder(), '--json', '--verbose'], {
      env: { [name]: value },
    });
    expect(stderr).toContain(`error: environment variable ${name}`);
    expect(stderr).toContain(message);
    expect(`${stdout}${stderr}`).not.toContain('secret-canary');
    expect(exitCode).toBe(2);
  });

  it('leave --certadm, --to and --overwrite to the command line', async () => {
    const { sink, folder, ca } = await newFilledPlace();
    const env = { ADCS_BACKUP_CERTADM: ca.library, ADCS_BACKUP_TO: join(folder, 'restored') };
    expect((await cli(['backup', sink], { env })).exitCode).not.toBe(0);
    expect((await cli(['restore', sink, 'latest'], { env })).stderr).toContain("required option '--to <folder>'");
  });
});

describe('the configuration schema', () => {
  it('has a key for every flag that may be set there, and no other', () => {
    const { program } = commandLine({
      version: '0',
      start: async () => undefined,
      writeHelp: () => undefined,
      writeError: () => undefined,
    });
    const options: Option[] = [program, ...program.commands].flatMap((command) => [...command.options]);
    const keys = options.map((option) => settingNames(option)?.key).filter((key) => key !== undefined);
    expect(new Set([...keys, '$schema'])).toEqual(new Set(configKeys));
  });

  it('is published as it is', async () => {
    const published = await readFile(new URL('../../../docs/config.schema.json', import.meta.url), 'utf8');
    expect(published, 'run: pnpm --filter adcs-backup run schema').toBe(configSchemaText());
  });
});
