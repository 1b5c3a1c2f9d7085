import { join } from 'node:path';
import { turnOnVersions } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { BucketStore } from './bucket-store.ts';
import { expectedOf } from './flips.ts';
import { keyIn, type Part, parts } from './keys-of-set.ts';
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

  describe('that keeps versions', () => {
    beforeAll(async () => {
      // This server keeps no condition of a put in a bucket with versions: the backups must come before.
      await turnOnVersions(access, bucket.bucket);
    });

    it.each(parts)('a newer version over the %s of a set is named, and the older one is restored', async (part) => {
      const key = keyIn(story, 'third', part);
      await store.change(key, (bytes) => flipped(bytes, bytes.length >> 1));
      await expectOlderRestored(key, part);
      await store.undo();
    });

    it.each(['map', 'pack', "manifest's signature", "outcome's signature", 'begin'] as const)(
      'the older version of a deleted %s is named and restored',
      async (part) => {
        const key = keyIn(story, 'third', part);
        await store.remove(key);
        await expectOlderRestored(key, part);
        await store.undo();
      },
    );

    async function expectOlderRestored(key: string, part: Part): Promise<void> {
      const { exitCode, stdout } = await verify(looking, ...setAlone(), '--json');
      const findings = jsonLines(stdout).filter(({ type }) => type === 'finding');
      const olderVersion = { version: expect.any(String), modifiedAt: expect.any(String) };
      expect(findings.length).toBeGreaterThan(0);
      for (const finding of findings) expect(finding).toMatchObject({ key, olderVersion });
      expect(exitCode).toBe(14);
      const restored = await restore(looking, story.sets.third);
      const isRead = !(unread as readonly Part[]).includes(part);
      expect(restored.restored).toBe(isRead ? 'told' : 'right');
      const told = jsonLines(restored.stdout).filter(({ type }) => type === 'older-version-read');
      expect(told.map((line) => line['key'])).toEqual(isRead ? [key] : []);
    }
  });
});

/** What a restore doesn't need, and doesn't look at. */
const unread = ['begin', "begin's signature", "map's signature"] as const;
