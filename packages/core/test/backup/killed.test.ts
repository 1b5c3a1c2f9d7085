import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSet, listSets, type Manifest, restoreSet, verifySet } from '@adcs-backup/core';
import { MemorySink, type ScriptedCa } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMap, entryDigest, entryLocation } from '../../src/store/map.ts';
import { backUp, TestClock, temporaryFolder, testCa } from '../arrange.ts';
import { type Death, DyingSink } from '../dying-sink.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

/** Runs that end as a killed process does: at some put, without any cleanup. */

const BLOCKS = 24;
type Databases = Readonly<Record<string, Uint8Array>>;
const before = databasesOf((block) => block);
/** Every second block is another one. */
const after = databasesOf((block) => (block % 2 === 0 ? block : 100 + block));

/** Four of them, together so many blocks. */
function databasesOf(seedOf: (block: number) => number): Databases {
  const size = BLOCKS / 4;
  const seeds = Array.from({ length: BLOCKS }, (_, block) => seedOf(block + 1));
  const parts = [0, 1, 2, 3].map((at) => seeds.slice(at * size, (at + 1) * size));
  return Object.fromEntries(parts.map((part, at) => [`${at}.edb`, validDatabase({ seeds: part, genHigh: 1 })]));
}

/** A place in time and a sink; reading takes so long that each run puts several maps. */
class Site {
  readonly sink = new MemorySink({ now: () => this.clock.now() });
  readonly clock = new TestClock('2026-11-01T10:00:00Z');

  ca(databases: Databases): ScriptedCa {
    return testCa({
      databases,
      logs: validLogs({ last: 1 }),
      dynamicFiles: {},
      beforeCall: async (call) => {
        if (call === 'read') await this.clock.sleep(31_000, undefined);
      },
    });
  }

  async sealed(databases: Databases): Promise<Manifest> {
    const { result } = await backUp(this.sink, this.ca(databases), { clock: this.clock });
    if (result.at === 'failed') throw result.error;
    expect(result.warnings).toEqual([]);
    return result.manifest;
  }

  /** @returns what the run came to */
  async killed(databases: Databases, death: Death): Promise<'died' | 'finished' | 'failed'> {
    const dying = new DyingSink(this.sink, death);
    const run = backUp(dying, this.ca(databases), { clock: this.clock }).then(({ result }) => result.at);
    return await Promise.race([dying.died, run]);
  }

  /** What the maps in the sink say is stored: `file block digest` of every block that lies in a pack. */
  get mapped(): Set<string> {
    const blocks = new Set<string>();
    for (const [key, { bytes }] of this.sink.objects) {
      if (!/\/map-\d+$/.test(key)) continue;
      const { header, entries } = decodeMap(bytes, key);
      let entry = 0;
      for (const { name, firstBlock, blocks: count } of header.sections) {
        for (let block = firstBlock; block < firstBlock + count; block++, entry++) {
          const isStored = entryLocation(entries, entry).pack !== undefined;
          if (isStored) blocks.add(`${name} ${block} ${entryDigest(entries, entry).toString('hex')}`);
        }
      }
    }
    return blocks;
  }

  /** Every listed set is whole, and the newest sound one restores to `databases`. */
  async expectAllWell(databases: Databases): Promise<void> {
    for (const entry of await listSets(this.sink)) {
      expect(await verifySet(this.sink, entry, { readData: 100 })).toMatchObject({
        intact: true,
        sound: true,
        findings: [],
      });
    }
    const to = temporaryFolder();
    await restoreSet(this.sink, await findSet(this.sink, { label: 'latest' }), { to });
    for (const [name, bytes] of Object.entries(databases)) {
      expect(readFileSync(join(to, 'DataBase', name)).equals(bytes)).toBe(true);
    }
  }
}

async function putsOfSoundRun(): Promise<number> {
  const site = new Site();
  await site.sealed(before);
  const putsBefore = site.sink.objects.size;
  const manifest = await site.sealed(after);
  expect(manifest.counts.newBlocks).toBe(BLOCKS / 2);
  expect(manifest.maps.length).toBeGreaterThan(2);
  return site.sink.objects.size - putsBefore;
}

test('a run that is killed at any put costs the next one nothing that a map names', async () => {
  const puts = await putsOfSoundRun();
  let resumed = 0;
  for (let atPut = 1; atPut <= puts; atPut++) {
    for (const lands of [false, true]) {
      const site = new Site();
      const first = await site.sealed(before);
      const mappedByFirst = site.mapped.size;
      expect(await site.killed(after, { atPut, lands })).toBe('died');
      await site.expectAllWell((await listSets(site.sink)).length === 1 ? before : after);
      const mapped = site.mapped.size - mappedByFirst;
      const next = await site.sealed(after);
      expect(next.chain).toBe(first.chain);
      expect(next.counts.newBlocks).toBe(BLOCKS / 2 - mapped);
      if (mapped > 0) resumed += 1;
      expect((await site.sealed(after)).counts.newBlocks).toBe(0);
      await site.expectAllWell(after);
    }
  }
  console.log(`killed at each of ${puts} puts, before and after its effect; ${resumed} runs were gone on with`);
  expect(resumed).toBeGreaterThan(puts / 2);
});

test('runs that are killed one after another lose nothing that any map names', async () => {
  const puts = await putsOfSoundRun();
  const death = fc.record({ atPut: fc.integer({ min: 1, max: puts }), lands: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(death, { minLength: 2, maxLength: 4 }), fc.boolean(), async (deaths, hasSet) => {
      const site = new Site();
      if (hasSet) await site.sealed(before);
      for (const one of deaths) await site.killed(after, one);
      const known = site.mapped;
      const next = await site.sealed(after);
      const added = [...site.mapped].filter((block) => !known.has(block));
      expect(next.counts.newBlocks).toBe(added.length);
      await site.expectAllWell(after);
    }),
    { numRuns: 25 },
  );
});
