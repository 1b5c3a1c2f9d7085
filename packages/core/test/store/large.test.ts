import { verifySet } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { BlockRefs } from '../../src/store/block-refs.ts';
import { BLOCK_BYTES, blockDigest, zeroDigest } from '../../src/store/blocks.ts';
import { MAP_BLOCKS } from '../../src/store/map-writer.ts';
import { piecesOf } from '../../src/store/pack-content.ts';
import { passes } from '../../src/store/pack-reader.ts';
import { backUp, newestSet, noise, testCa } from '../arrange.ts';

test('a file that one map cannot hold is spread over two, and its neighbours share the second', async () => {
  const database = Buffer.alloc(MAP_BLOCKS * BLOCK_BYTES + 3 * BLOCK_BYTES + 5);
  noise(200_000, 1).forEach((byte, index) => {
    database[MAP_BLOCKS * BLOCK_BYTES - 100_000 + index] = byte;
  });
  const sink = new MemorySink();
  const { result } = await backUp(sink, testCa({ databases: { 'Test CA.edb': database } }));
  expect(result.manifest?.maps).toHaveLength(2);
  expect(result.manifest?.files.map(({ extents }) => extents)).toMatchObject([
    [
      { map: 0, firstEntry: 0, blocks: MAP_BLOCKS },
      { map: 1, firstEntry: 0, blocks: 4 },
    ],
    [{ map: 1, firstEntry: 4, blocks: 1 }],
    [{ map: 1, firstEntry: 5, blocks: 1 }],
    [{ map: 1, firstEntry: 6, blocks: 1 }],
  ]);
  const verdict = await verifySet(sink, await newestSet(sink), { readData: 100 });
  expect(verdict).toMatchObject({ intact: true, findings: [] });
});

test('a file that ends with a stretch is whole', async () => {
  const sink = new MemorySink();
  const { result } = await backUp(
    sink,
    testCa({ databases: { 'Test CA.edb': noise(2 * 1024 ** 2, 6) }, readBytes: 300_000 }),
  );
  expect(result.at).toBe('finished');
  const verdict = await verifySet(sink, await newestSet(sink), { readData: 100 });
  expect(verdict).toMatchObject({ intact: true, blocksChecked: 35 });
});

test('a set of empty files has no maps and no packs', async () => {
  const sink = new MemorySink();
  const empty = new Uint8Array(0);
  const ca = testCa({ databases: { 'Test CA.edb': empty }, logs: { 'edb00001.log': empty }, dynamicFiles: {} });
  const { result } = await backUp(sink, ca);
  expect(result).toMatchObject({ at: 'finished', manifest: { files: { length: 2 }, maps: [], packs: [] } });
  const verdict = await verifySet(sink, await newestSet(sink), { readData: 100 });
  expect(verdict).toMatchObject({ intact: true, objectsChecked: 1, blocksChecked: 0 });
});

test('packs are looked up in ranges of so many blocks', () => {
  const million = 1024 ** 2;
  expect([...passes([10, 20])]).toEqual([{ first: 0, end: 2 }]);
  expect([...passes([million, 5, million / 2, 0])]).toEqual([
    { first: 0, end: 1 },
    { first: 1, end: 2 },
    { first: 2, end: 4 },
  ]);
  expect([...passes([0, 0])]).toEqual([]);
});

test('packs of another range hold no blocks', () => {
  expect([...new BlockRefs(3, [1]).ofPack(4)]).toEqual([]);
});

test('a pack of which nothing is wanted gives nothing', () => {
  expect([...piecesOf(new Uint8Array(4), { name: 'pack', refs: [], isSalted: () => false })]).toEqual([]);
});

test('the digest of a short block of zeros is that of its zeros', () => {
  expect(zeroDigest(5)).toEqual(blockDigest(Buffer.alloc(5)));
  expect(zeroDigest(BLOCK_BYTES)).toEqual(blockDigest(Buffer.alloc(BLOCK_BYTES)));
});
