import { expect, it } from 'vitest';
import { attacks } from './attacks.ts';
import { keyIn } from './keys-of-set.ts';
import { expectFound, type Looking, restore } from './looks.ts';
import type { SetName, Story } from './story.ts';
import type { TamperedStore } from './tampered-store.ts';

/** The same attacks on every kind of sink. */

export interface Tried {
  readonly story: Story;
  readonly store: TamperedStore;
  readonly looking: Looking;
}

/** @param tried of the file, as soon as its story is told */
export function tryAttacks(tried: () => Tried): void {
  it.each(attacks)('$title: verify names it, and no wrong byte is restored', async (attack) => {
    const { story, store, looking } = tried();
    try {
      await attack.harm(store, story);
      const named = attack.named.map(([name, part]) => keyIn(story, name, part));
      await expectFound(looking, { named, codes: attack.codes });
      const restored: Partial<Record<SetName, string>> = {};
      for (const name of namesOf(attack.restored)) restored[name] = (await restore(looking, story.sets[name])).restored;
      expect(restored).toEqual(attack.restored);
    } finally {
      await store.undo();
    }
  });
}

function namesOf(restored: Partial<Readonly<Record<SetName, unknown>>>): readonly SetName[] {
  return (['first', 'second', 'third', 'other'] as const).filter((name) => name in restored);
}
