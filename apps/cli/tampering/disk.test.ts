import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectIntact } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, TamperedStore } from './tampered-store.ts';
import { tryAttacks } from './try-attacks.ts';

/** Somebody may do everything to a folder with encrypted and signed sets. */

let story: Story;
let store: TamperedStore;

beforeAll(async () => {
  story = await tellStory('guarded');
  store = new TamperedStore(new FolderStore(story.sink));
});

afterAll(() => forgetStory(story));

it('all is intact before', async () => await expectIntact(story));

describe('on a disk', () => tryAttacks(() => ({ story, store, looking: story })));

it('all is intact after', async () => await expectIntact(story));
