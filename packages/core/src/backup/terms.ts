import { DEFAULT_CHAIN_MAX_AGE_MS, lockedUntil } from '../store/chain-lock.ts';
import type { ChainTerms } from '../store/manifest.ts';
import type { BackupOptions } from './options.ts';

/** What a run with these options stores in a chain of this name. */
export function termsOf(
  chain: string,
  { recipients, lockForMs, chainMaxAgeMs = DEFAULT_CHAIN_MAX_AGE_MS }: BackupOptions,
): ChainTerms {
  return {
    ...(recipients === undefined ? {} : { recipients: recipients.names }),
    ...(lockForMs === undefined ? {} : { lockedUntil: lockedUntil(chain, { chainMaxAgeMs, lockForMs }) }),
  };
}
