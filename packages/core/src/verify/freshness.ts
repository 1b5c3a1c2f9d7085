import { manifestKey } from '../store/layout.ts';
import type { Finding } from './finding.ts';
import type { RememberedSet, SeenSet, TrustState } from './trust-state.ts';

/** What there is of a CA in a sink. */
export interface CaLook {
  readonly caId: string;
  /** The newest set that can be read, and verified where signers are trusted; and the one that is remembered. */
  readonly sets: readonly SeenSet[];
  /** Names of all chains that have a set. */
  readonly chains: ReadonlySet<string>;
  readonly seenAt: Date;
  /** Keys that are trusted; absent when signatures aren't looked at. */
  readonly publicKeys?: readonly string[];
}

/** Whether a CA's sets are at least as new as those that were seen before, and what is to be remembered. */
export interface Freshness {
  /** Code `rolled-back`; empty when nothing was taken away. */
  readonly findings: readonly Finding[];
  /** Goes only forward: as it was when there are findings. */
  readonly state: TrustState;
}

/** Whoever may delete or write in a sink can set it back to what it was: only who remembers more can tell. */
export function checkFreshness(state: TrustState, look: CaLook): Freshness {
  const remembered = state.get(look.caId);
  const newest = [...look.sets].sort((a, b) => a.number - b.number).at(-1);
  // What was seen before signatures counted may have been put there by anybody.
  if (remembered === undefined || (remembered.publicKeys === undefined && look.publicKeys !== undefined)) {
    return { findings: [], state: newest === undefined ? state : withSet(state, newest, look) };
  }
  const why = rollback(remembered, newest, look);
  if (why !== undefined) {
    const { label, chain, number, seenAt } = remembered;
    const key = manifestKey({ caId: look.caId, chain, label: { text: label } });
    const seen = `${label}, number ${number}, was there on ${seenAt.toISOString()}`;
    return {
      findings: [{ code: 'rolled-back', key, message: `${look.caId} was set back: ${seen}, but now ${why}` }],
      state,
    };
  }
  // Without signatures nothing takes the place of what was verified.
  if (newest === undefined || (remembered.publicKeys !== undefined && look.publicKeys === undefined))
    return { findings: [], state };
  return { findings: [], state: withSet(state, newest.number > remembered.number ? newest : remembered, look) };
}

/** In what there is less than was seen. */
function rollback(
  { label, chain, number, sha256 }: SeenSet,
  newest: SeenSet | undefined,
  { sets, chains }: CaLook,
): string | undefined {
  if (chains.size === 0) return 'there is none of its sets';
  const same = sets.find((set) => set.label === label && set.chain === chain);
  if (same !== undefined && same.sha256 !== sha256) return 'its manifest is another one';
  if (same === undefined && chains.has(chain)) return 'it is gone, or does not verify, though its chain is there';
  if (newest === undefined) return 'no set verifies';
  if (newest.number < number) return `the newest is ${newest.label}, number ${newest.number}`;
  return same === undefined && newest.number === number ? `${newest.label} has its number` : undefined;
}

function withSet(state: TrustState, { label, chain, number, sha256 }: SeenSet, look: CaLook): TrustState {
  const { caId, seenAt, publicKeys } = look;
  const set: RememberedSet = {
    label,
    chain,
    number,
    sha256,
    seenAt,
    ...(publicKeys === undefined ? {} : { publicKeys }),
  };
  return new Map([...state, [caId, set]]);
}
