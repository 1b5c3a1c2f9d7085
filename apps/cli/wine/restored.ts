import type { RestoredFile } from '@adcs-backup/standin';
import { jsonLines } from '../test/run-cli.ts';
import { hereOf } from './windows.ts';

/** What `restore --json` wrote; `here` says where this machine finds a path of it. */
export function restoredFiles(stdout: string, here: (path: string) => string = hereOf): RestoredFile[] {
  const files = jsonLines(stdout).find(({ type }) => type === 'set-restored')?.['files'];
  if (!Array.isArray(files)) throw new TypeError('nothing was restored');
  return files.map((file: RestoredFile) => ({ ...file, path: here(file.path) }));
}
