import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../src/version.ts';

/** What `pnpm build:exe` has left. */

export const buildFolder: string = fileURLToPath(new URL('../dist-exe', import.meta.url));
export const packageName: string = `adcs-backup-${version}-win-x64`;
/** The folder that the zip has. */
export const packageFolder: string = join(buildFolder, packageName);
export const executable: string = join(packageFolder, 'adcs-backup.exe');

export function requireBuilt(): void {
  if (!existsSync(executable)) throw new Error(`${executable} is missing: run "pnpm build:exe" first`);
}
