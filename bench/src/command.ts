import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, measure } from './measure.ts';

const command = join(fileURLToPath(import.meta.url), '../../../apps/cli/bin/adcs-backup.js');

/** Runs the built adcs-backup. */
export function adcsBackup(...args: readonly string[]): Promise<Measured> {
  return measure(process.execPath, [command, ...args]);
}
