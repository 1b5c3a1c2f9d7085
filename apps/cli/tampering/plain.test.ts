import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../test/told-backup.ts';
import { copiedPlace, interruptedRun, newForger, plantBegin, plantRun, plantSet } from './forger.ts';
import { keyIn, type Part } from './keys-of-set.ts';
import { expectFound, expectIntact, restore, verify } from './looks.ts';
import { forgetStory, type SetName, type Story, setOf, tellStory } from './story.ts';
import { FolderStore, flipped, TamperedStore } from './tampered-store.ts';

/** Sets that are neither encrypted nor signed: what is found without any key, and what isn't. */

let story: Story;
let store: TamperedStore;

beforeAll(async () => {
  story = await tellStory('plain');
  store = new TamperedStore(new FolderStore(story.sink));
  await expectIntact(story);
});

afterAll(() => forgetStory(story));
afterEach(() => store.undo());

/** Still a manifest or an outcome, but not what was stored. */
async function reword(name: SetName, part: Part): Promise<void> {
  await store.change(keyIn(story, name, part), (bytes) => {
    const text = String(bytes);
    const other = text.replace(/"(startedAt|endedAt)": "20/, '"$1": "19');
    expect(other).not.toBe(text);
    return Buffer.from(other);
  });
}

describe('is found, though nobody has a key:', () => {
  it.each(['first', 'second', 'third', 'other'] as const)('a flipped bit in data of the %s set', async (name) => {
    for (const [part, code] of [
      ['pack', 'pack-damaged'],
      ['map', 'map-invalid'],
    ] as const) {
      for (const share of [0, 0.5, 1]) {
        const key = keyIn(story, name, part);
        await store.change(key, (bytes) => flipped(bytes, Math.floor((bytes.length - 1) * share)));
        await expectFound(story, { named: [key], codes: [code] });
        expect((await restore(story, story.sets[name])).restored).toBe('refused');
        await store.undo();
      }
    }
  });

  it.each(['first', 'second'] as const)('another %s manifest, since a later set names its SHA-256', async (name) => {
    await reword(name, 'manifest');
    await expectFound(story, { named: [keyIn(story, name, 'manifest')], codes: ['history-broken'] });
  });

  it('a manifest that was deleted inside a chain', async () => {
    await store.remove(keyIn(story, 'second', 'manifest'));
    await expectFound(story, { named: [keyIn(story, 'second', 'manifest')], codes: ['history-broken'] });
  });

  it('manifests of two CAs that changed places', async () => {
    const keys = [keyIn(story, 'first', 'manifest'), keyIn(story, 'other', 'manifest')] as const;
    await store.exchange(...keys);
    await expectFound(story, { named: keys, codes: ['manifest-invalid'] });
    for (const name of ['first', 'other'] as const)
      expect((await restore(story, story.sets[name])).restored).toBe('refused');
  });
});

const unseen: readonly (readonly [string, () => Promise<void>])[] = [
  ['another newest manifest', () => reword('third', 'manifest')],
  ['another outcome', () => reword('second', 'outcome')],
  ['an outcome that was deleted', () => store.remove(keyIn(story, 'second', 'outcome'))],
  ['another begin', () => store.change(keyIn(story, 'third', 'begin'), (bytes) => flipped(bytes, bytes.length >> 1))],
];

describe('is not found without a signature:', () => {
  it.each(unseen)('%s', async (_title, harm) => {
    await harm();
    await expectIntact(story);
    expect((await restore(story, story.sets.third, 'latest')).restored).toBe('right');
  });

  it('a whole forged set, which is restored as the newest', async () => {
    const forger = await newForger(story);
    await plantSet({ store, story, forger, signing: 'by nobody' });
    await expectIntact(story);
    expect((await restore(story, forger.set, 'latest')).restored).toBe('right');
  });
});

it('another newest manifest is found by who remembers it', async () => {
  const trust = ['--trust', join(story.folder, 'plain.trust')];
  expect((await verify(story, ...trust)).exitCode).toBe(0);
  await reword('third', 'manifest');
  const { stderr, exitCode } = await verify(story, ...trust);
  expect(stderr).toContain(`${story.sets.third.label}, number 3, was there`);
  expect(exitCode).toBe(14);
});

it('the map of an interrupted run, altered, is built on without a signature: the set is damaged, and not restored', async () => {
  const interrupted = await interruptedRun(story);
  const place = await copiedPlace(story);
  const copy = new TamperedStore(new FolderStore(place.sink));
  await plantRun({ store: copy, story, forger: await newForger(story), signing: 'by nobody' }, interrupted);
  const run = await backUp(place, '--type', 'full');
  expect(run.lines).toContainEqual(expect.objectContaining({ type: 'run-resumed', label: interrupted.set.label }));
  const set = await setOf(place, run);
  const looking = { ...story, sink: place.sink };
  expect((await verify(looking, set.label, '--ca', set.ca)).exitCode).toBe(14);
  expect((await restore(looking, set)).restored).toBe('refused');
});

it('a begin of the year 9999 moves labels there without a signature', async () => {
  const place = await copiedPlace(story);
  const copy = new TamperedStore(new FolderStore(place.sink));
  const planting = { store: copy, story, forger: await newForger(story), signing: 'by nobody' } as const;
  await plantBegin(planting, '99990101T000000Z-full');
  expect((await setOf(place, await backUp(place, '--type', 'full'))).label).toBe('99990101T000001Z-full');
});
