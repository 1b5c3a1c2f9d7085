import { turnOnVersions } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { BucketStore } from './bucket-store.ts';
import { keyIn, type Part, parts } from './keys-of-set.ts';
import { expectIntact, type Looking, restore, verify } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, flipped, TamperedStore } from './tampered-store.ts';

/** Newer versions and marks of deletion over encrypted and signed sets: what a bucket with locks allows, too. */

describeWithCeph('in a bucket that keeps versions', (access) => {
  let story: Story;
  let store: TamperedStore;
  let looking: Looking;

  beforeAll(async () => {
    story = await tellStory('guarded');
    // This server keeps no condition of a put in a bucket with versions: the backups must come before.
    const bucket = await BucketStore.copyOf(new FolderStore(story.sink), access);
    await turnOnVersions(access, bucket.bucket);
    store = new TamperedStore(bucket);
    looking = { ...story, sink: bucket.url, env: bucket.env };
  });

  afterAll(() => forgetStory(story));

  it('all is intact before', async () => await expectIntact(looking));

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

  it('all is intact after', async () => await expectIntact(looking));

  async function expectOlderRestored(key: string, part: Part): Promise<void> {
    const { label, ca } = story.sets.third;
    const { exitCode, stdout } = await verify(looking, label, '--ca', ca, '--json');
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

/** What a restore doesn't need, and doesn't look at. */
const unread = ['begin', "begin's signature", "map's signature"] as const;
