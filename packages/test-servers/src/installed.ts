import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers in sbin, which the PATH of users leaves out. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The full path of a program, or undefined when it isn't installed. */
export function installed(program: string): string | undefined {
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Why a server can't be started here: the first of `programs` that isn't installed, with how to get it. */
export function missingOf(programs: readonly string[], packages: string): string | undefined {
  const missing = programs.find((program) => installed(program) === undefined);
  if (missing === undefined) return undefined;
  return `${missing} is not installed: apt-get install -y --no-install-recommends ${packages}`;
}
