import { statSync } from 'node:fs';
import type { OpenToOthers } from './open-to-others.ts';

/** What owner and mode say about a file, elsewhere than on Windows. */

const writableByOthers = 0o022;
const readableByOthersBits = 0o055;
const sticky = 0o1000;

/** @param trusted numbers of the users who may own it */
export function changeableByOthers(path: string, trusted: readonly number[]): OpenToOthers | undefined {
  const found = statSync(path);
  if (!trusted.includes(found.uid)) {
    return { who: `by its owner, user ${found.uid}`, remedy: `Make it root's: chown root ${path}.` };
  }
  // In such a folder everybody may add something, and remove nothing but his own.
  const isShared = found.isDirectory() && (found.mode & sticky) !== 0;
  if ((found.mode & writableByOthers) === 0 || isShared) return undefined;
  return { who: othersByMode(found.mode), remedy: `Close it: chmod go-w ${path}.` };
}

/** Of a folder: who may look into it. */
export function readableByOthers(path: string): OpenToOthers | undefined {
  const { mode } = statSync(path);
  if ((mode & readableByOthersBits) === 0) return undefined;
  return { who: othersByMode(mode), remedy: `Close it: chmod go-rwx ${path}.` };
}

function othersByMode(mode: number): string {
  return `by its group or by others (mode ${(mode & 0o777).toString(8).padStart(3, '0')})`;
}
