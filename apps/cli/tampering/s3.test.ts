import { join } from 'node:path';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BucketStore } from './bucket-store.ts';
import { expectedOf } from './flips.ts';
import { keyIn, parts } from './keys-of-set.ts';
import { expectFound, expectIntact, type Looking, restore, verify } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, flipped, TamperedStore } from './tampered-store.ts';
import { tryAttacks } from './try-attacks.ts';

/** The owner of a real bucket with encrypted and signed sets is against them. */

describeWithCeph('in a bucket', (access) => {
  let story: Story;
  let bucket: BucketStore;
  let store: TamperedStore;
  let looking: Looking;
  let original: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    story = await tellStory('guarded');
    bucket = await BucketStore.copyOf(new FolderStore(story.sink), access);
    original = await bucket.stored();
    store = new TamperedStore(bucket);
    looking = { ...story, sink: bucket.url, env: bucket.env, isSlow: true };
  });

  afterAll(() => forgetStory(story));

  /** Time goes into requests: not every set is verified each time. */
  const setAlone = (): readonly string[] => [story.sets.third.label, '--ca', story.sets.third.ca];

  it('all is intact before', async () => await expectIntact(looking));

  tryAttacks(() => ({ story, store, looking }));

  it.each(parts)('a flipped bit in the %s of a set is found and named', async (part) => {
    await store.change(keyIn(story, 'third', part), (bytes) => flipped(bytes, bytes.length >> 1));
    await expectFound(looking, expectedOf(story, 'third', part), ...setAlone());
    await store.undo();
  });

  it('an older state of the bucket is a rollback for who remembers a newer one, and intact for others', async () => {
    const { third, second } = story.sets;
    const trust = ['--trust', join(story.folder, 'bucket.trust')];
    expect((await verify(looking, ...trust)).exitCode).toBe(0);
    for (const key of await store.keys()) if (key.includes(`/${third.label}`)) await store.remove(key);
    await expectIntact(looking);
    const remembering = { ...looking, reading: [...looking.reading, ...trust] };
    await expectFound(remembering, { named: [keyIn(story, 'third', 'manifest')], codes: ['rolled-back'] });
    expect((await restore(remembering, second, 'latest')).restored).toBe('refused');
    await store.undo();
  });

  it('all is intact after', async () => {
    await expectIntact(looking);
    // What the server has, not what was kept here of it.
    expect(await bucket.stored()).toEqual(original);
  });
});
