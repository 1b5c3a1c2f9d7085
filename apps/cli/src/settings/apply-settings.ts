import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { ConfigFile } from './config-file.ts';

/** Fills in what the command line left open: first from the environment, then from the configuration file. */

/** A decision for one run, or about the file itself: no key of the file. */
const notInFile: ReadonlySet<string> = new Set(['config']);
/** A decision for one run that nobody should find in an environment either. */
const flagOnly: ReadonlySet<string> = new Set([
  ...['certadm', 'new-chain', 'to', 'overwrite', 'all', 'help', 'version'],
  // Of keys generate.
  ...['output', 'signing', 'post-quantum'],
]);

/** Where the value of a flag comes from besides the command line; undefined when nowhere. */
export interface SettingNames {
  readonly variable: string;
  readonly key: string | undefined;
}

export function settingNames(option: Option): SettingNames | undefined {
  const flag = option.name();
  if (flagOnly.has(flag)) return undefined;
  const key = flag === 'sink-package' ? 'plugins' : flag;
  return {
    variable: `ADCS_BACKUP_${flag.toUpperCase().replaceAll('-', '_')}`,
    key: notInFile.has(flag) ? undefined : key,
  };
}

/** @throws `invalid-configuration` that names the variable */
export function applyEnvironment(command: CommandUnknownOpts, environment: NodeJS.ProcessEnv): void {
  for (const option of openOptions(command)) {
    const variable = settingNames(option)?.variable;
    const value = variable === undefined ? undefined : environment[variable];
    if (variable === undefined || value === undefined || value === '') continue;
    const from = `environment variable ${variable}`;
    set(command, option, {
      source: 'env',
      from,
      value: option.isBoolean() || option.negate ? truth(value, from) : value,
    });
  }
}

/** @throws `invalid-configuration` that names file and key */
export function applyConfig(command: CommandUnknownOpts, file: ConfigFile): void {
  for (const option of openOptions(command)) {
    const key = settingNames(option)?.key;
    const value = key === undefined ? undefined : file.values[key];
    if (value === undefined) continue;
    set(command, option, { source: 'config', from: `configuration file ${file.path}: key "${key}"`, value });
  }
}

function openOptions(command: CommandUnknownOpts): Option[] {
  return command.options.filter((option) => {
    const source = command.getOptionValueSource(option.attributeName());
    return source === undefined || source === 'default';
  });
}

interface Setting {
  readonly source: 'env' | 'config';
  readonly from: string;
  readonly value: string | boolean | readonly string[];
}

function set(command: CommandUnknownOpts, option: Option, { source, from, value }: Setting): void {
  const name = option.attributeName();
  if (typeof value === 'boolean') {
    command.setOptionValueWithSource(name, option.negate ? !value : value, source);
    return;
  }
  try {
    for (const text of typeof value === 'string' ? [value] : value) {
      const previous: unknown = command.getOptionValue(name);
      command.setOptionValueWithSource(name, option.parseArg?.(text, previous) ?? text, source);
    }
  } catch (cause) {
    throw new AdcsBackupError('invalid-configuration', `${from}: ${messageOf(cause)}`, { cause });
  }
}

function truth(text: string, from: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  if (/^(?:0|false|no|off)$/i.test(text)) return false;
  throw new AdcsBackupError('invalid-configuration', `${from} is neither true nor false`, {
    hint: 'Set it to 1 or 0, or remove it.',
  });
}
