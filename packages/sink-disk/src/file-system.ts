import type * as promises from 'node:fs/promises';

/** What the disk sink asks of `node:fs/promises`; tests replace single calls. */
export type FileSystem = Pick<
  typeof promises,
  'link' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'stat' | 'unlink'
>;

/** The system's word for an error: `ENOENT`, `ENOSPC` and so on. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Waits for `work`, and lets pass the failures that `tolerated` names: then the answer is false. */
export async function tolerate(work: Promise<unknown>, tolerated: readonly string[]): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!tolerated.includes(errnoOf(error) ?? '')) throw error;
    return false;
  }
}

export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
