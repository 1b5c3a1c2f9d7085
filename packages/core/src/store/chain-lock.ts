import { AdcsBackupError } from '../errors.ts';
import { chainTime } from './label.ts';

/** How long sets build on a chain, unless the operator says otherwise. */
export const DEFAULT_CHAIN_MAX_AGE_MS: number = 30 * 24 * 3600_000;

/** What decides how long the objects of a chain are locked, in milliseconds. */
export interface ChainLock {
  /** So long new sets build on the chain, and need all of it. */
  readonly chainMaxAgeMs: number;
  /** So long even the last of them is locked. */
  readonly lockForMs: number;
}

/**
 * The one date until which every object of a chain is locked, whenever it is put: the chain's begin, its greatest
 * age and what the operator asked for; in whole seconds, as stores keep it.
 * @throws `internal` when `chain` isn't named by a time
 */
export function lockedUntil(chain: string, { chainMaxAgeMs, lockForMs }: ChainLock): Date {
  const begun = chainTime(chain);
  if (begun === undefined) throw new AdcsBackupError('internal', `the chain ${chain} is not named by a time`);
  return new Date(Math.ceil((begun.getTime() + chainMaxAgeMs + lockForMs) / 1000) * 1000);
}
