import { z } from 'zod';
import { DURATION_PATTERN } from '../values/duration.ts';
import { PERCENT_PATTERN } from '../values/percent.ts';
import { RATE_PATTERN } from '../values/rate.ts';
import { WHOLE_NUMBER_PATTERN } from '../values/whole-number.ts';

/** What the configuration file may say. Keys are the flags' names; each works for the commands that have the flag. */

const text = z.string().min(1);
const several = z.union([text, z.array(text).min(1)], 'expected text or a list of texts');
const duration = z.string().regex(DURATION_PATTERN, 'not a duration: write it like "30s", "2min" or "1h"');

const ofAll = 'For all commands.';
const ofSinks = 'For all commands that use a sink.';
const ofBackup = 'For backup.';

// biome-ignore format: one line a key
const shape = {
  $schema: z.string().optional().describe('Where an editor finds this schema.'),
  json: z.boolean().optional().describe(`One JSON object per line on standard output. ${ofAll}`),
  quiet: z.boolean().optional().describe(`No notes and no progress. ${ofAll}`),
  verbose: z.boolean().optional().describe(`Details, causes of errors. ${ofAll}`),
  'no-color': z.boolean().optional().describe(`No colours. ${ofAll}`),
  'log-file': text.optional().describe(`File to append lines with times to. ${ofAll}`),
  plugins: z.array(text).optional().describe(`npm packages with sinks; as --sink-package. ${ofSinks}`),
  'retry-for': duration.optional().describe(`How long one call to the sink may keep failing. Default 15min, for doctor and sink check 0s. ${ofSinks}`),
  'ca-file': text.optional().describe(`PEM file of an authority to trust beside those of the system. ${ofSinks}`),
  'limit-upload': z.string().regex(RATE_PATTERN, 'not a rate: write it like "500KiB/s", "4MiB/s" or "10Mbit/s"').optional()
    .describe('Send no faster, all sinks together. For backup and copy.'),
  ca: text.optional().describe('Name of the CA. For backup, list, show, verify and restore.'),
  server: text.optional().describe('Machine name of the CA. Default: this computer. For backup and doctor.'),
  type: z.enum(['full', 'logs-only', 'auto']).optional().describe(`Type of the set. Default full. ${ofBackup}`),
  'truncate-logs': z.boolean().optional().describe(`Delete logs that the CA needs no more, when the set is sound. ${ofBackup}`),
  'min-copies': z.string().regex(WHOLE_NUMBER_PATTERN, 'not a whole number: write it like "2"').optional().describe(`So many sinks must have the set before logs are deleted. Default all. ${ofBackup}`),
  strict: z.boolean().optional().describe(`Store no set that fails a check. ${ofBackup}`),
  'chain-max-age': duration.optional().describe(`A new chain begins when the newest one is older. Default 30d. For backup and copy.`),
  'lock-for': duration.optional().describe('Objects are locked until the greatest age of their chain and this have passed since it began. For backup and copy.'),
  wait: duration.optional().describe(`How long another backup of the CA is waited for. Default 2min. ${ofBackup}`),
  'stall-timeout': duration.optional().describe(`How long one call to the CA may take. Default 10min. ${ofBackup}`),
  recipient: several.optional().describe('Public keys to encrypt to (age1…), one or a list. For backup and doctor.'),
  'recipients-file': text.optional().describe('File with recipients, one a line. For backup and doctor.'),
  'signing-key': text.optional().describe('File with the key that signs sets. For backup and doctor.'),
  'signed-by': several.optional().describe('Keys whose sets count: minisign public keys (RW…), or files that have one. For backup, doctor, verify, restore, show and copy.'),
  identity: several.optional().describe('Files with private age keys, which open encrypted sets; never on a CA. For verify and restore; doctor warns of it.'),
  trust: text.optional().describe('File that remembers the newest set seen. For verify and restore.'),
  ese: z.boolean().optional().describe('Check every database page and log segment again. For verify.'),
  layout: z.enum(['single', 'per-set']).optional().describe('Folders of a restore. Default single. For restore.'),
  'read-data': z.string().regex(PERCENT_PATTERN, 'not a percentage: write it like "10%"').optional()
    .describe('Share of the stored data that is read and checked. For verify.'),
};

/** Values as they stand in the file. */
export type Config = { readonly [key: string]: string | boolean | readonly string[] | undefined };

export const configSchema: z.ZodType<Config> = z.strictObject(shape);

export const configKeys: readonly string[] = Object.keys(shape);

/** `docs/config.schema.json`: the schema for editors. */
export function configSchemaText(): string {
  const schema = {
    ...z.toJSONSchema(configSchema),
    title: 'Configuration of adcs-backup',
    description: 'adcs-backup --help says where the file lies.',
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
