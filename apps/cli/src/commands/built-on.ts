import type { SetEntry } from '@adcs-backup/core';

/** The set, and before it those of its chain from its full set on. */
export function builtOn(set: SetEntry, all: readonly SetEntry[]): readonly SetEntry[] {
  const chain = all.filter(({ chain, label }) => chain === set.chain && label.text <= set.label.text);
  const full = chain.findLastIndex(({ label }) => label.type === 'full');
  return chain.slice(Math.max(full, 0));
}
