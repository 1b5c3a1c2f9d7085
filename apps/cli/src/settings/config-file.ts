import { existsSync, readFileSync } from 'node:fs';
import { dirname, posix, win32 } from 'node:path';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { OpenToOthers } from '../rights/open-to-others.ts';
import type { Config } from './schema.ts';

/** Where the configuration file lies when nobody names one: never in the current folder. */
export function defaultConfigPath(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  if (platform !== 'win32') return posix.join('/etc', 'adcs-backup', 'config.json');
  return win32.join(environment['ProgramData'] ?? 'C:\\ProgramData', 'adcs-backup', 'config.json');
}

export interface ConfigFile {
  readonly path: string;
  readonly values: Config;
}

/**
 * Reads the file that was named, or the default one if it is there. It decides what the process does with its rights:
 * nobody else may change it, nor put another one in its place.
 * @throws `invalid-configuration`
 */
export async function readConfig(named: string | undefined): Promise<ConfigFile | undefined> {
  const path = named ?? defaultConfigPath(process.platform, process.env);
  if (named === undefined && !existsSync(path)) return undefined;
  for (const each of named === undefined ? [dirname(path), path] : [path]) await refuseChangeable(path, each);
  const { checkedConfig } = await import('./check-config.ts');
  return { path, values: checkedConfig(path, parsed(path)) };
}

/** @param part the file, or the folder where it is looked for */
async function refuseChangeable(path: string, part: string): Promise<void> {
  const { changeableByOthers } = await import('../rights/this-machine.ts');
  let open: OpenToOthers | undefined;
  try {
    open = await changeableByOthers(part);
  } catch (cause) {
    throw invalid(path, `can't be read: ${messageOf(cause)}`, { cause });
  }
  if (open === undefined) return;
  const what = part === path ? 'can be changed' : 'is in a folder that can be changed';
  throw invalid(path, `${what} ${open.who}`, {
    hint: `${open.remedy} Then look whether the file says what you wrote: who changes it decides where backups go.`,
  });
}

function parsed(path: string): unknown {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw invalid(path, `can't be read: ${messageOf(cause)}`, { cause });
  }
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return json;
  } catch (cause) {
    throw invalid(path, `is not JSON in UTF-8: ${messageOf(cause)}`, {
      cause,
      hint: 'In JSON a backslash is written twice: "D:\\\\Backups". Windows PowerShell writes UTF-8 with -Encoding utf8.',
    });
  }
}

interface InvalidDetails {
  readonly cause?: unknown;
  readonly hint?: string;
}

function invalid(path: string, what: string, details: InvalidDetails): AdcsBackupError {
  return new AdcsBackupError('invalid-configuration', `configuration file ${path} ${what}`, details);
}
