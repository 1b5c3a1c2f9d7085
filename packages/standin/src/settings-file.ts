import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** One line of a settings file. A key may come again. */
export type Setting = readonly [key: string, value: string | number];

/** Replaces a settings file at once: the library may be reading it. */
export async function writeSettings(path: string, settings: readonly Setting[]): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, settings.map(([key, value]) => `${key}=${value}\n`).join(''));
  await rename(unfinished, path);
}

export async function readSettings(path: string): Promise<Setting[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.includes('='));
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

/** Puts these values in place of all that the file has under their keys. */
export async function changeSettings(path: string, changes: readonly Setting[]): Promise<void> {
  const keys = new Set(changes.map(([key]) => key));
  const kept = (await readSettings(path)).filter(([key]) => !keys.has(key));
  await writeSettings(path, [...kept, ...changes]);
}
