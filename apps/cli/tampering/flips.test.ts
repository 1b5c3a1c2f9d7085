import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedOf } from './flips.ts';
import { keyIn, parts, setNames } from './keys-of-set.ts';
import { expectFound, expectIntact, restore } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, flipped, TamperedStore } from './tampered-store.ts';

/** One bit of each object of encrypted and signed sets. */

let story: Story;
let store: TamperedStore;

beforeAll(async () => {
  story = await tellStory('guarded');
  store = new TamperedStore(new FolderStore(story.sink));
});

afterAll(() => forgetStory(story));

const positions: readonly ((length: number) => number)[] = [() => 0, (length) => length >> 1, (length) => length - 1];

it('every object that is stored is in this table; all of it is intact, and restores', async () => {
  const keys = setNames.flatMap((name) => parts.map((part) => keyIn(story, name, part)));
  expect(new Set(await store.keys())).toEqual(new Set(keys));
  await expectIntact(story);
  for (const name of setNames) expect((await restore(story, story.sets[name])).restored).toBe('right');
});

describe.each(setNames)('of the %s set', (name) => {
  it.each(parts)('a flipped bit in its %s is found and named, whichever byte it is in', async (part) => {
    const expected = expectedOf(story, name, part);
    for (const position of positions) {
      await store.change(keyIn(story, name, part), (bytes) => flipped(bytes, position(bytes.length)));
      await expectFound(story, expected);
      // A restore doesn't look at the others.
      if (expected.restored !== 'right')
        expect((await restore(story, story.sets[name])).restored).toBe(expected.restored);
      await store.undo();
    }
  });
});
