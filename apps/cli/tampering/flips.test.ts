import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyIn, type Part, parts, setNames, signedPart } from './keys-of-set.ts';
import { expectFound, expectIntact, type Restored, restore } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, TamperedStore } from './tampered-store.ts';

/** One bit of each object of encrypted and signed sets. */

let story: Story;
let store: TamperedStore;

beforeAll(async () => {
  story = await tellStory('guarded');
  store = new TamperedStore(new FolderStore(story.sink));
});

afterAll(() => forgetStory(story));

interface Flip {
  readonly codes: readonly string[];
  /** What becomes of a restore of the set: what says how it was stored is not needed for it. */
  readonly restored: Restored;
}

const forged = (restored: Restored): Flip => ({ codes: ['signature-invalid'], restored });

const flips: Readonly<Record<Part, Flip>> = {
  manifest: forged('refused'),
  "manifest's signature": forged('refused'),
  outcome: forged('told'),
  "outcome's signature": forged('told'),
  begin: forged('right'),
  "begin's signature": forged('right'),
  map: { codes: ['map-invalid', 'signature-invalid'], restored: 'refused' },
  "map's signature": forged('right'),
  pack: { codes: ['pack-damaged'], restored: 'refused' },
};

const positions: readonly ((length: number) => number)[] = [() => 0, (length) => length >> 1, (length) => length - 1];

it('every object that is stored is in this table; all of it is intact, and restores', async () => {
  const keys = setNames.flatMap((name) => parts.map((part) => keyIn(story, name, part)));
  expect(new Set(await store.keys())).toEqual(new Set(keys));
  await expectIntact(story);
  for (const name of setNames) expect((await restore(story, story.sets[name])).restored).toBe('right');
});

describe.each(setNames)('of the %s set', (name) => {
  it.each(parts)('a flipped bit in its %s is found and named, whichever byte it is in', async (part) => {
    const { codes, restored } = flips[part];
    // A signature that is wrong is told as what it is a signature of.
    const named = [keyIn(story, name, signedPart(part) ?? part)];
    for (const position of positions) {
      await store.change(keyIn(story, name, part), (bytes) => flipped(bytes, position(bytes.length)));
      await expectFound(story, { named, codes });
      if (restored !== 'right') expect((await restore(story, story.sets[name])).restored).toBe(restored);
      await store.undo();
    }
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}
