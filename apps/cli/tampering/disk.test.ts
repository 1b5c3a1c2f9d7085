import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../test/run-cli.ts';
import { inProcess } from './in-process.ts';
import { keyIn, keyOf } from './keys-of-set.ts';
import { expectFound, expectIntact, restore, verify } from './looks.ts';
import { forgetStory, type Story, tellStory } from './story.ts';
import { FolderStore, flipped, TamperedStore } from './tampered-store.ts';
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

describe('besides', () => {
  afterEach(() => store.undo());

  it('a process ends with the same exit code, and says the same', async () => {
    const key = keyIn(story, 'first', 'pack');
    await store.change(key, (bytes) => flipped(bytes, 100));
    const { exitCode, stdout } = await cli(['verify', story.sink, '--read-data', ...story.reading]);
    expect(stdout).toContain(`  pack-damaged: ${key}`);
    expect(exitCode).toBe(14);
  });

  it('a restore that is refused leaves an earlier restore in its folder as it was', async () => {
    const { ca, label } = story.sets.first;
    const to = join(story.folder, 'restored');
    const restoring = ['restore', story.sink, label, '--ca', ca, '--to', to, ...story.reading, '--overwrite'];
    expect((await inProcess(restoring)).exitCode).toBe(0);
    const restored = await bytesIn(to);
    expect(restored.size).toBeGreaterThan(4);
    await store.change(keyIn(story, 'first', 'pack'), (bytes) => flipped(bytes, bytes.length - 1));
    const refused = await inProcess(restoring);
    expect(refused.stderr).toContain(keyIn(story, 'first', 'pack'));
    expect(refused.exitCode).toBe(14);
    expect(await bytesIn(to)).toEqual(restored);
  });

  it('a set put between two others is named, and those are restored as if it were not there', async () => {
    const { second, third } = story.sets;
    const label = third.label.replace('logs-only', 'full');
    const manifest = keyOf({ ...third, label }, 'manifest');
    await store.put(manifest, await store.get(keyOf(second, 'manifest')));
    await store.put(`${manifest}.minisig`, await store.get(keyOf(second, "manifest's signature")));
    await expectFound(story, { named: [manifest], codes: ['signature-invalid'] });
    expect((await restore(story, third, 'latest')).restored).toBe('right');
    expect((await restore(story, third, label)).restored).toBe('refused');
  });

  it('an outcome that was deleted is no damage, since a run that was killed has none: verify says that it is missing', async () => {
    await store.remove(keyIn(story, 'second', 'outcome'));
    await expectIntact(story);
    const { label, ca } = story.sets.second;
    expect((await verify(story, label, '--ca', ca)).stdout).toContain('how its session ended is not recorded');
    expect((await restore(story, story.sets.second)).restored).toBe('right');
  });
});

/** Of each file below a folder. */
async function bytesIn(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new FolderStore(folder);
  const bytes = new Map<string, Buffer>();
  for (const key of await files.keys()) bytes.set(key, await files.get(key));
  return bytes;
}
