/** What tells the databases of a CA apart. */
import { win32 } from 'node:path';

/** The seed of a CA's `index`-th database, from 0: no two have the same pages. */
export function databaseSeed(caSeed: number, index: number): number {
  return caSeed + index * 7919;
}

/** The path by which logs name a database: where Certificate Services have it, wherever the stand-in's folder lies. */
export function attachedPath(fileName: string): string {
  return win32.join('C:\\Windows\\System32\\CertLog', fileName);
}
