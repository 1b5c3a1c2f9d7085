import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackupEvent,
  type BackupOptions,
  findSet,
  listSets,
  type Manifest,
  readSet,
  restoreSet,
  verifySet,
} from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink, type ScriptedCa } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, TestClock, temporaryFolder, testCa } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

const BLOCK = 65_536;

/** A CA whose database consists of blocks of pages, one for each seed; 0 is a block of zeros. */
function caOf(seeds: readonly number[], more: ScriptedCa = {}): ScriptedCa {
  return testCa({
    databases: { 'Test CA.edb': validDatabase({ seeds, genHigh: 1 }) },
    logs: validLogs({ last: 1 }),
    dynamicFiles: {},
    ...more,
  });
}

function at(day: number, options: Partial<BackupOptions> = {}): Partial<BackupOptions> {
  return { clock: new TestClock(`2026-11-${String(day).padStart(2, '0')}T10:00:00Z`), ...options };
}

async function sealed(
  sink: MemorySink | FaultySink,
  ca: ScriptedCa,
  options: Partial<BackupOptions>,
): Promise<Manifest> {
  const { result } = await backUp(sink, ca, options);
  if (result.at === 'failed') throw result.error;
  return result.manifest;
}

/** Every set in the sink verifies, and the newest restores to what the CA has. */
async function expectAllWell(sink: MemorySink, ca: ScriptedCa): Promise<void> {
  for (const entry of await listSets(sink)) {
    expect(await verifySet(sink, entry, { readData: 100 })).toMatchObject({ intact: true, findings: [] });
  }
  const to = temporaryFolder();
  await restoreSet(sink, await findSet(sink, { label: 'latest' }), { to });
  for (const [name, bytes] of Object.entries({ ...ca.databases, ...ca.logs })) {
    expect(readFileSync(join(to, 'DataBase', name)).equals(bytes)).toBe(true);
  }
}

describe('a second full', () => {
  test('stores only what changed, and needs packs of the first', async () => {
    const sink = new MemorySink();
    const first = await sealed(sink, caOf([1, 2, 3, 0, 5]), at(1));
    const ca = caOf([1, 22, 3, 4, 0, 6]);
    const second = await sealed(sink, ca, at(2));
    expect(first.counts).toMatchObject({ blocks: 6, newBlocks: 5, zeroBlocks: 1 });
    expect(second.counts).toMatchObject({ blocks: 7, newBlocks: 3, zeroBlocks: 1 });
    expect(second.chain).toBe(first.chain);
    expect(second.packs.map(({ key }) => key.split('/').slice(3).join('/'))).toEqual([
      '20261101T100000Z-full/pack-00001',
      '20261102T100000Z-full/pack-00001',
    ]);
    expect(second.counts.storedBytes).toBeLessThan(4 * BLOCK);
    await expectAllWell(sink, ca);
  });

  test('of an unchanged CA stores a map and nothing else', async () => {
    const sink = new MemorySink();
    await sealed(sink, caOf([1, 2]), at(1));
    const second = await sealed(sink, caOf([1, 2]), at(2));
    expect(second.counts).toMatchObject({ newBlocks: 0, zeroBlocks: 0, blocks: 3 });
    expect([...sink.objects.keys()].filter((key) => key.includes('20261102') && key.includes('pack'))).toEqual([]);
    await expectAllWell(sink, caOf([1, 2]));
  });

  test('copes with a database that shrank, and with maps of many frames', async () => {
    const sink = new MemorySink();
    const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
    await sealed(sink, caOf(seeds), at(1));
    const ca = caOf(seeds.slice(0, 33).map((seed) => (seed % 7 === 0 ? seed + 100 : seed)));
    // Blocks 6, 13, 20 and 27, and the last one: the trailer is there now.
    expect((await sealed(sink, ca, at(2))).counts).toMatchObject({ newBlocks: 5 });
    await expectAllWell(sink, ca);
  });
});

describe('a new chain begins', () => {
  test.each<[string, Partial<BackupOptions>, Partial<BackupOptions>]>([
    ['when asked for', {}, { newChain: true }],
    ['when the chain is 30 days old', {}, { clock: new TestClock('2026-12-01T10:00:00Z') }],
    ['when it is as old as the operator wants', {}, { chainMaxAgeMs: 24 * 3600_000 }],
  ])('%s', async (_name, firstOptions, secondOptions) => {
    const sink = new MemorySink();
    const first = await sealed(sink, caOf([1, 2]), at(1, firstOptions));
    const second = await sealed(sink, caOf([1, 2]), at(2, secondOptions));
    expect(second.chain).not.toBe(first.chain);
    expect(second.counts).toMatchObject({ newBlocks: 3 });
    expect(second.packs.every(({ key }) => key.includes(second.label))).toBe(true);
    await expectAllWell(sink, caOf([1, 2]));
  });

  test('when the newest manifest cannot be read', async () => {
    const sink = new MemorySink();
    const first = await sealed(sink, caOf([1, 2]), at(1));
    sink.replace((await findSet(sink, { label: 'latest' })).manifestKey, Buffer.from('{'));
    expect((await sealed(sink, caOf([1, 2]), at(2))).chain).not.toBe(first.chain);
  });

  test('and not before: a day short of 30 days, or with the clock gone back, the old one goes on', async () => {
    for (const time of ['2026-11-30T10:00:00Z', '2020-01-01T00:00:00Z']) {
      const sink = new MemorySink();
      const first = await sealed(sink, caOf([1, 2]), at(1));
      expect((await sealed(sink, caOf([1, 2]), { clock: new TestClock(time) })).chain).toBe(first.chain);
    }
  });
});

describe('what is lost in the sink', () => {
  test.each([
    ['a pack is gone', /pack-00001$/, undefined],
    ['a pack was cut', /pack-00001$/, Buffer.alloc(7)],
    ['a map is gone', /map-00001$/, undefined],
    ['a map is damaged', /map-00001$/, Buffer.alloc(700)],
  ])('is stored again when %s, with a warning', async (_name, pattern, bytes) => {
    const sink = new MemorySink();
    await sealed(sink, caOf([1, 2, 3]), at(1));
    const key = [...sink.objects.keys()].find((candidate) => pattern.test(candidate)) ?? '';
    if (bytes === undefined) sink.remove(objectKey(key));
    else sink.replace(objectKey(key), bytes);
    const { result } = await backUp(sink, caOf([1, 2, 3]), at(2));
    expect(result).toMatchObject({ at: 'finished', manifest: { counts: { newBlocks: 4 } } });
    expect(result.at === 'finished' && result.warnings.map(({ code }) => code)).toContain('stored-data-lost');
    const latest = await findSet(sink, { label: 'latest' });
    expect(await verifySet(sink, latest, { readData: 100 })).toMatchObject({ intact: true });
  });

  test('is stored again when the newest manifest names a map that it does not have', async () => {
    const sink = new MemorySink();
    await sealed(sink, caOf([1, 2, 3]), at(1));
    const { manifestKey } = await findSet(sink, { label: 'latest' });
    const text = Buffer.from(await sink.get(manifestKey)).toString();
    sink.replace(manifestKey, Buffer.from(text.replaceAll('"map": 0', '"map": 7')));
    expect((await sealed(sink, caOf([1, 2, 3]), at(2))).counts).toMatchObject({ newBlocks: 4 });
  });

  test.each([
    ['goes', 'is not there', (sink: MemorySink, key: string) => sink.remove(key)],
    ['is cut', 'has 7 bytes instead of', (sink: MemorySink, key: string) => sink.replace(key, Buffer.alloc(7))],
  ])('keeps a set from being sealed when it %s while the run builds on it', async (_name, message, damage) => {
    const sink = new MemorySink();
    await sealed(sink, caOf([1, 2, 3]), at(1));
    const [pack = ''] = [...sink.objects.keys()].filter((key) => key.endsWith('pack-00001'));
    const beforeCall = (call: string): void => {
      if (call === 'dynamicFiles') damage(sink, pack);
    };
    const { result } = await backUp(sink, caOf([1, 2, 3], { beforeCall }), at(2));
    expect(result).toMatchObject({
      at: 'failed',
      error: { code: 'integrity-failed', message: expect.stringContaining(message) },
    });
    expect(await listSets(sink)).toHaveLength(1);
  });
});

describe('two CAs on one path', () => {
  function caWith(signature: number): ScriptedCa {
    return caOf([1, 2, 3], {
      databases: { 'Test CA.edb': validDatabase({ seeds: [1, 2, 3], genHigh: 1, signature }) },
    });
  }

  async function second(server: string, signature: number) {
    const sink = new MemorySink();
    await sealed(sink, caWith(1), at(1));
    return await backUp(sink, caWith(signature), at(2, { server }));
  }

  test('are told apart by server and database signature, and the second is refused', async () => {
    const { result, certSrv } = await second('ca02', 2);
    expect(result).toMatchObject({
      at: 'failed',
      error: { code: 'ca-mismatch', hint: expect.stringContaining('--ca NAME') },
    });
    expect(certSrv).toMatchObject({ sessionOpen: false, openFiles: 0, loaded: false });
  });

  test.each([
    ['a CA that moved to another server', 'ca02', 1],
    ['a CA whose database was made anew', 'CA01', 2],
  ])('are not mistaken for %s', async (_name, server, signature) => {
    const { result } = await second(server, signature);
    expect(result).toMatchObject({
      at: 'finished',
      manifest: {
        sound: true,
        files: [{ database: { signature: expect.stringMatching(`^0${signature}000000`) } }, {}],
      },
    });
  });
});

describe('the clock of the sink', () => {
  test.each([
    ['ahead of', '2026-11-01T10:06:00Z'],
    ['behind', '2026-11-01T09:54:00Z'],
  ])('is warned of when it is %s ours', async (words, sinkTime) => {
    const sink = new MemorySink({ now: () => new Date(sinkTime) });
    const { result } = await backUp(sink, caOf([1]), at(1));
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [{ code: 'clock-skew', message: expect.stringContaining(words) }],
    });
  });
});

test('events tell of a run that is gone on with', async () => {
  const memory = new MemorySink({ now: () => new Date('2026-11-01T10:00:00Z') });
  const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
  const faulty = new FaultySink(memory, [{ method: 'put', key: /^sets/ }]);
  expect((await backUp(faulty, caOf(seeds), at(1))).result.at).toBe('failed');
  const events: BackupEvent[] = [];
  const observe = (event: BackupEvent): void => {
    events.push(event);
  };
  const again = await sealed(memory, caOf(seeds), at(1, { observe }));
  expect(again).toMatchObject({ chain: '20261101T100000Z', label: '20261101T100001Z-full', counts: { newBlocks: 0 } });
  expect(events).toContainEqual({ type: 'run-resumed', label: '20261101T100000Z-full' });
  await expectAllWell(memory, caOf(seeds));
  expect((await readSet(memory, await findSet(memory, { label: 'latest' }))).manifest.number).toBe(1);
});
