import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaLayout } from './layout.ts';

/** Nobody has the lock for long: one that grows old belonged to a killed process. */
const DEAD_MS = 5000;
const PATIENCE_MS = 30_000;

/**
 * Does something that neither the library nor another process may disturb: to logs, headers, checkpoint,
 * clock or settings. `work` is synchronous, so that nothing in this process can wait for the lock while
 * it is held here: calls of the library would wait for ever.
 */
export async function withCaLock<Result>({ lock }: CaLayout, work: () => Result): Promise<Result> {
  const until = Date.now() + PATIENCE_MS;
  while (!take(lock)) {
    if (Date.now() > until) throw new Error(`${lock} is held by somebody who doesn't let go`);
    await sleep(1);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch (error) {
    // Windows says EPERM for a file that is about to be gone.
    if (!isCode(error, 'EEXIST') && !isCode(error, 'EPERM')) throw error;
    const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > DEAD_MS) rmSync(lock, { force: true });
    return false;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
