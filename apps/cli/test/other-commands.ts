import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Programs that other people wrote for the same formats, and ours that use nothing else. */

export type Command = 'age' | 'jq' | 'minisign' | 'python3' | 'xxd' | 'zstd';

/** Why tests of these commands are skipped, for their titles; empty when all are installed. */
export function reasonToSkip(...commands: readonly Command[]): string {
  const missing = commands.filter((command) => spawnSync(command, ['--version']).error !== undefined).join(', ');
  if (missing === '') return '';
  console.warn(`skipped: what other programs make of sets, because ${missing} can't be run`);
  return ` (skipped: ${missing} can't be run)`;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export function run(command: Command, args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 64 * 1024 * 1024 });
  return { status, stdout, stderr: stderr.toString() };
}

/** The reader that was written from the format's page alone. */
export const fromThePage: string = join(import.meta.dirname, 'format/from-the-page.py');
export const byHand: string = join(import.meta.dirname, '../../../docs/restore-by-hand.py');
