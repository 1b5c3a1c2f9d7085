import { spawnSync } from 'node:child_process';

/** Commands that other people wrote for the same formats. */

/** Why tests of a command are skipped, for their titles; empty when it is installed. */
export function reasonToSkip(command: 'age' | 'minisign'): string {
  const { error } = spawnSync(command, ['--version']);
  if (error === undefined) return '';
  console.warn(
    `skipped: what ${command} makes of it, because ${command} is not installed (apt-get install ${command})`,
  );
  return ` (skipped: ${command} is not installed)`;
}

/** Runs a command. @returns its standard output @throws when it fails, with what it printed */
export function run(command: string, args: readonly string[], input?: string | Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, input === undefined ? {} : { input });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} exited with ${status}: ${stderr.toString()}${stdout.toString()}`);
  return stdout;
}
