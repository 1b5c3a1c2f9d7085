import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One line of a settings file. A key may come again. */
export type Setting = readonly [key: string, value: string | number];

/** Replaces a settings file at once: the library may be reading it. */
export function writeSettings(path: string, settings: readonly Setting[]): void {
  const unfinished = `${path}.${randomUUID()}`;
  writeFileSync(unfinished, settings.map(([key, value]) => `${key}=${value}\n`).join(''));
  renameSync(unfinished, path);
}

export function readSettings(path: string): Setting[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

/** Puts these values in place of all that the file has under their keys. */
export function changeSettings(path: string, changes: readonly Setting[]): void {
  const keys = new Set(changes.map(([key]) => key));
  const kept = readSettings(path).filter(([key]) => !keys.has(key));
  writeSettings(path, [...kept, ...changes]);
}
