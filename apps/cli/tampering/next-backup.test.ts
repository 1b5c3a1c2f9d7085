import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from '../test/place.ts';
import { backUp, type ToldBackup } from '../test/told-backup.ts';
import {
  copiedPlace,
  type Forger,
  type InterruptedRun,
  interruptedRun,
  newForger,
  type Planting,
  plantBegin,
  plantRun,
  plantSet,
  type Signing,
  signings,
} from './forger.ts';
import { inProcess } from './in-process.ts';
import { keyOf } from './keys-of-set.ts';
import { expectFound, expectIntact, type Looking, restore, verify } from './looks.ts';
import { forgetStory, type Story, setOf, tellStory } from './story.ts';
import { FolderStore, TamperedStore } from './tampered-store.ts';

/** What somebody without the signing key plants is no part of what the next backup stores. */

let story: Story;
let forger: Forger;
let interrupted: InterruptedRun;

beforeAll(async () => {
  story = await tellStory('guarded');
  forger = await newForger(story);
  interrupted = await interruptedRun(story);
  await expectIntact(story);
});

afterAll(() => forgetStory(story));

interface Planted {
  readonly looking: Looking;
  readonly place: Place;
  readonly planting: Planting;
}

/** In a copy of the sink. */
async function withPlanted(signing: Signing, work: (planted: Planted) => Promise<void>): Promise<void> {
  const place = await copiedPlace(story);
  try {
    const planting = { store: new TamperedStore(new FolderStore(place.sink)), story, forger, signing };
    await work({ looking: { ...story, sink: place.sink }, place, planting });
  } finally {
    await rm(place.sink, { recursive: true });
  }
}

/** Goes on from the last set of the CA's own, and gives back what the CA handed out. */
async function expectNextBackup({ looking, place }: Planted): Promise<ToldBackup> {
  await place.ca.clearReport();
  const run = await backUp(place, '--type', 'full');
  const set = await setOf(place, run);
  const { first, third } = story.sets;
  expect(set.chain).toBe(first.chain);
  expect(set.label.slice(0, 4)).toBe(String(new Date().getUTCFullYear()));
  expect(run.lines.filter(({ type }) => type === 'run-resumed')).toEqual([]);
  const shown = await inProcess(['show', looking.sink, set.label, '--ca', set.ca, '--json']);
  expect(JSON.parse(shown.stdout.split('\n')[0] ?? '')).toMatchObject({ number: 4, previous: { label: third.label } });
  const verified = await verify(looking, set.label, '--ca', set.ca);
  expect(verified.exitCode, verified.stdout).toBe(0);
  expect((await restore(looking, set)).restored).toBe('right');
  return run;
}

describe.each(signings)('signed %s', (signing) => {
  it('a forged newest set is named, never restored, and not gone on from', async () => {
    await withPlanted(signing, async (planted) => {
      const { looking, planting } = planted;
      await plantSet(planting);
      const manifest = keyOf(forger.set, 'manifest');
      await expectFound(looking, { named: [manifest], codes: ['signature-invalid'] });
      for (const label of ['latest', forger.set.label]) {
        const { restored, stderr } = await restore(looking, story.sets.third, label);
        expect(restored).toBe('refused');
        expect(stderr).toContain(manifest);
      }
      expect((await restore(looking, story.sets.third)).restored).toBe('right');
      const run = await expectNextBackup(planted);
      expect(run.told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['set-not-verified'] });
      expect(run.stderr).toContain(`${forger.set.label} does not count`);
    });
  });

  it('the map of an interrupted run, altered, is not built on', async () => {
    await withPlanted(signing, async (planted) => {
      await plantRun(planted.planting, interrupted);
      const run = await expectNextBackup(planted);
      expect(run.told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['run-not-verified'] });
      expect(run.stderr).toContain(`the interrupted run ${interrupted.set.label} is not built on`);
    });
  });

  it('a begin of the year 9999 does not move labels', async () => {
    await withPlanted(signing, async (planted) => {
      await plantBegin(planted.planting, '99990101T000000Z-full');
      const run = await expectNextBackup(planted);
      expect(run.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    });
  });
});
