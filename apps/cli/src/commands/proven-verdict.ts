import type { SetEntry, SetVerdict, Verdict } from '@adcs-backup/core';

/** Whether sets can be restored, by what was found of them and of those that they build on. */

/** The set, and before it those of its chain from its full set on. */
export function builtOn(set: SetEntry, all: readonly SetEntry[]): readonly SetEntry[] {
  const chain = all.filter(({ chain, label }) => chain === set.chain && label.text <= set.label.text);
  const full = chain.findLastIndex(({ label }) => label.type === 'full');
  return chain.slice(Math.max(full, 0));
}

/** Labels of damaged sets that a restore of this one would need. */
export function lostTo(set: SetEntry, { verdict }: SetVerdict, damaged: readonly SetEntry[]): readonly string[] {
  const base = verdict?.base;
  if (base === undefined) return [];
  return damaged
    .filter(({ caId, chain, label }) => caId === set.caId && chain === set.chain && label.text >= base)
    .map(({ label }) => label.text);
}

/** What the manifests promise, as far as the objects keep it. */
export function provenVerdict({ label, verdict, findings }: SetVerdict, lost: readonly string[]): Verdict | undefined {
  const isDamaged = findings.some(({ code }) => code !== 'chain-broken');
  if (verdict === undefined || (!isDamaged && lost.length === 0)) return verdict;
  const damaged = isDamaged ? [...lost, label] : lost;
  const reasons = damaged.map((each) => `what ${each} has stored is missing or damaged, see its findings`);
  return { ...verdict, restorable: 'no', reasons: [...reasons, ...verdict.reasons] };
}
