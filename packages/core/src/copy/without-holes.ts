import type { SetEntry } from '../store/catalogue.ts';
import type { ManifestPlace } from '../store/layout.ts';

/**
 * The sets that are to be copied with one, so that nobody has to ask where those before it are: all of its chain up to
 * it; and of the chain before, what is lacking where some of it is held.
 * @param all of the same CA, oldest first, where the set comes from
 * @param there of the same CA, where it goes
 */
export function withoutHoles(
  { chain, label }: Pick<ManifestPlace, 'chain' | 'label'>,
  all: readonly SetEntry[],
  there: readonly SetEntry[],
): readonly SetEntry[] {
  const upTo = all.filter((set) => set.label.text <= label.text);
  const before = upTo.findLast((set) => set.chain < chain)?.chain;
  const held = new Set(there.filter((set) => set.chain === before).map((set) => set.label.text));
  const isLacking = (set: SetEntry): boolean => set.chain === before && held.size > 0 && !held.has(set.label.text);
  return upTo.filter((set) => set.chain === chain || isLacking(set));
}
