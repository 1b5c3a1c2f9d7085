import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importWithin } from './import-within.ts';

/** Stands for src/sinks/sink-packages.ts: sink packages lie in the folder "sinks" beside the executable, nowhere else. */

const folder = join(dirname(process.execPath), 'sinks');

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
  return await importWithin(folder, found);
}
