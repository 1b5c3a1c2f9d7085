/** Patience with files that another program has open. */
import { setTimeout } from 'node:timers/promises';

/** On Windows a file that a virus scanner or an indexer looks at can't be renamed, deleted or opened for that moment. */
const heldCodes: readonly unknown[] = ['EBUSY', 'EPERM', 'EACCES'];

/** Milliseconds before each try but the first: two and a half seconds in all. */
const pausesMs: readonly number[] = [10, 20, 40, 80, 160, 320, 640, 1280];

export interface HeldOptions {
  /** Errors that mean so; default EBUSY, EPERM, EACCES. The last two may mean a right that is missing as well. */
  readonly codes?: readonly string[];
  readonly platform?: NodeJS.Platform;
  /** For tests. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Does some file operation; on Windows again, for a while, when it fails as it does for a file that is held. */
export async function whileHeld<T>(work: () => Promise<T>, options: HeldOptions = {}): Promise<T> {
  const { codes = heldCodes, platform = process.platform, pause = setTimeout } = options;
  for (const milliseconds of platform === 'win32' ? pausesMs : []) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && codes.includes(error.code))) throw error;
      await pause(milliseconds);
    }
  }
  return await work();
}
