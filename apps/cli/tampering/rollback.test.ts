import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { backUp } from '../test/told-backup.ts';
import { copiedPlace, newForger, plantSet } from './forger.ts';
import { keyIn } from './keys-of-set.ts';
import { expectIntact, type Looking, restore, verify } from './looks.ts';
import { forgetStory, type SetName, type Story, tellStory } from './story.ts';
import { FolderStore, TamperedStore } from './tampered-store.ts';

/** A sink that shows an older state of itself, and a verifier that remembers. */

let story: Story;
let store: TamperedStore;
let trust: readonly string[];
let remembering: Looking;

beforeAll(async () => {
  story = await tellStory('guarded');
  store = new TamperedStore(new FolderStore(story.sink));
  trust = ['--trust', join(story.folder, 'ours.trust')];
  remembering = { ...story, reading: [...story.reading, ...trust] };
});

afterAll(() => forgetStory(story));

beforeEach(async () => {
  const { exitCode, stdout } = await verify(story, ...trust);
  expect(exitCode, stdout).toBe(0);
});

afterEach(async () => {
  await store.undo();
  await rm(trust[1] ?? '');
});

/** As if the sets after it had never been stored. */
async function windBack(...names: readonly SetName[]): Promise<void> {
  const labels = names.map((name) => story.sets[name].label);
  for (const key of await store.keys()) if (labels.some((label) => key.includes(`/${label}`))) await store.remove(key);
}

/** The state of what was seen is named, whichever way it is looked at; the trust file stays as it was. */
async function expectRolledBack(looking: Looking = remembering): Promise<void> {
  const key = keyIn(story, 'third', 'manifest');
  const remembered = await readFile(trust[1] ?? '', 'utf8');
  const json = await verify(looking, '--json');
  const lines = jsonLines(json.stdout);
  expect(lines).toContainEqual(expect.objectContaining({ type: 'finding', code: 'rolled-back', key }));
  expect(lines).toContainEqual(expect.objectContaining({ type: 'error', code: 'rolled-back' }));
  const text = await verify(looking);
  expect(text.stderr).toContain(`was set back: ${story.sets.third.label}, number 3, was there on `);
  for (const label of ['latest', story.sets.first.label]) {
    expect((await restore(looking, story.sets.first, label)).restored).toBe('refused');
  }
  expect([json.exitCode, text.exitCode]).toEqual([14, 14]);
  expect(await readFile(trust[1] ?? '', 'utf8')).toBe(remembered);
}

const rollbacks: readonly (readonly [string, () => Promise<void>])[] = [
  ['as it was before the newest set', () => windBack('third')],
  ['as it was before the two newest sets', () => windBack('third', 'second')],
  ['with none of its sets', () => windBack('third', 'second', 'first')],
  ['without the newest manifest', () => store.remove(keyIn(story, 'third', 'manifest'))],
  [
    'with a forged set in place of the newest',
    async () => {
      await windBack('third');
      await plantSet({ store, story, forger: await newForger(story), signing: 'by another key' });
    },
  ],
];

describe('with a trust file', () => {
  it.each(rollbacks)('a sink %s is a rollback', async (_title, harm) => {
    await harm();
    await expectRolledBack();
  });

  it('a sink that was set back stays one when the CA goes on from there', async () => {
    await windBack('third');
    const place = await copiedPlace(story);
    expect((await backUp(place, '--type', 'full')).told).toMatchObject({ exitCode: 0 });
    await expectRolledBack({ ...remembering, sink: place.sink });
  });

  it('a sink that has all it had is fresh', async () => {
    const { stdout, exitCode } = await verify(remembering);
    expect(stdout).toContain(`was not set back: the newest set ever seen of it is number 3, ${story.sets.third.label}`);
    expect((await restore(remembering, story.sets.third, 'latest')).restored).toBe('right');
    expect(exitCode).toBe(0);
  });
});

it('without a trust file a sink as it was once is intact, and it is said that nobody looked whether it is the newest', async () => {
  await windBack('third');
  await expectIntact(story);
  expect((await verify(story)).stdout).toContain('Freshness was not checked');
  expect((await restore(story, story.sets.second, 'latest')).restored).toBe('right');
});
