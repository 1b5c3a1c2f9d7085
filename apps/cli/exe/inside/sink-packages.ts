import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openWindowsFiles } from '@adcs-backup/certadm';
import { importerWithin } from './import-within.ts';
import { closedBelow } from './require-closed.ts';

/** Stands for src/sinks/sink-packages.ts: sink packages lie in the folder "sinks" beside the executable, nowhere else. */

const program = realpathSync(dirname(process.execPath));
const folder = join(program, 'sinks');
let importer: Promise<(name: string) => Promise<unknown>> | undefined;

export function installHint(name: string): string {
  return `Install it elsewhere with npm install --prefix sinks ${name}, then copy that folder to ${folder}.`;
}

/** @throws when the package isn't installed */
export function findSinkPackage(name: string): string {
  const place = join(folder, 'node_modules', name);
  if (existsSync(join(place, 'package.json'))) return name;
  throw new Error(`there is no ${place}`);
}

/** @param found as {@link findSinkPackage} returned it */
export async function importSinkPackage(found: string): Promise<unknown> {
  importer ??= checkedImporter();
  return await (await importer)(found);
}

async function checkedImporter(): Promise<(name: string) => Promise<unknown>> {
  const files = await openWindowsFiles();
  const check = closedBelow(program, (path) => files.accessOfOthers(path).mayWrite.map(({ name, sid }) => name ?? sid));
  return importerWithin(folder, check);
}
