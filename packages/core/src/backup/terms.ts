import { DEFAULT_CHAIN_MAX_AGE_MS, lockedUntil } from '../store/chain-lock.ts';
import { chainTime } from '../store/label.ts';
import type { ChainTerms } from '../store/manifest.ts';
import type { BackupIo } from './io.ts';
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

/** A chain is named by the time of its first label; one with another name is nothing to go on in. */
export function isTooOld(chain: string, { options, startedAt }: BackupIo): boolean {
  const begun = chainTime(chain) ?? new Date(0);
  return startedAt.getTime() - begun.getTime() >= (options.chainMaxAgeMs ?? DEFAULT_CHAIN_MAX_AGE_MS);
}
