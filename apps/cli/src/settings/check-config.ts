import { AdcsBackupError } from '@adcs-backup/core';
import { closest } from '@adcs-backup/core/sink';
import type { z } from 'zod';
import { type Config, configKeys, configSchema } from './schema.ts';

/** Loads zod: only imported when there is a configuration file. */

/** @throws `invalid-configuration` that names the file and the key */
export function checkedConfig(path: string, json: unknown): Config {
  const checked = configSchema.safeParse(json);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const { fault, hint } = issue === undefined ? { fault: 'is not valid', hint: undefined } : faultOf(issue);
  throw new AdcsBackupError('invalid-configuration', `configuration file ${path}: ${fault}`, {
    cause: checked.error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function faultOf(issue: z.core.$ZodIssue): { readonly fault: string; readonly hint: string | undefined } {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { fault: `unknown key ${JSON.stringify(key)}`, hint: hintFor(key) };
  }
  const where = issue.path.length === 0 ? 'the whole' : `key ${JSON.stringify(issue.path.join('.'))}`;
  return { fault: `${where}: ${issue.message.replace(/^Invalid input: /, '')}`, hint: undefined };
}

function hintFor(key: string): string {
  if (key === 'certadm') return 'Another library than the system Certadm.dll is named on the command line only.';
  if (key === 'sink-package') return 'In the file the packages are listed as "plugins": ["NAME"].';
  const near = closest(key, configKeys);
  return near === undefined ? `Known keys: ${configKeys.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
}
