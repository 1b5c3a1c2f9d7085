import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { ENTRY_BYTES } from '../../src/store/map.ts';
import { backUp, noise } from '../arrange.ts';
import {
  copyOf,
  editManifest,
  expectRefused,
  first,
  flipByte,
  forgeDigest,
  label,
  missing,
  type StoredCopy,
  writeObject,
} from './by-hand-copy.ts';

const MIB = 1024 ** 2;

/** Two compressed frames with 16 blocks and 1, and one of noise with 2, of which the last is short. No log. */
async function smallCopy(): Promise<StoredCopy> {
  const sink = new MemorySink();
  const database = Buffer.concat([Buffer.alloc(MIB, 'A'), Buffer.alloc(65_536, 'B')]);
  const databases = { 'Test CA.edb': database, 'Second.edb': noise(70_000, 1) };
  const { result } = await backUp(sink, { databases });
  expect(result.at).toBe('finished');
  return copyOf(sink);
}

/** Changes an object, and the manifest with it, as somebody can who may write to the sink. */
function forge(copy: StoredCopy, key: string, change: (bytes: Buffer) => Uint8Array): void {
  writeObject(copy.folder, key, change(readFileSync(join(copy.folder, key))));
  forgeDigest(copy, key);
}

/** An entry of the map; the last one is that of the short block. */
function changeEntry(copy: StoredCopy, fromEnd: number, change: (entry: Buffer) => void): void {
  forge(copy, first(copy.manifest.maps).key, (map) => {
    const at = map.length - fromEnd * ENTRY_BYTES;
    change(map.subarray(at, at + ENTRY_BYTES));
    return map;
  });
}

describe.skipIf(missing.length > 0)('restore-by-hand.py refuses what was forged together with the manifest', () => {
  test('a byte in a frame, compressed or not', async () => {
    const copy = await smallCopy();
    const { key, sizeBytes } = first(copy.manifest.packs);
    const literal = readFileSync(join(copy.folder, key)).indexOf('A');
    for (const offset of [0, literal, sizeBytes - 1]) {
      flipByte(copy.folder, key, offset);
      forgeDigest(copy, key);
      expectRefused(copy.folder, `${key}: `);
      flipByte(copy.folder, key, offset);
      forgeDigest(copy, key);
    }
  });

  test('any part of a map', async () => {
    const copy = await smallCopy();
    const { key, sizeBytes } = first(copy.manifest.maps);
    const entry = sizeBytes - ENTRY_BYTES;
    for (const offset of [0, 8, 20, ...[0, 32, 35, 38, 43, 44, 45].map((at) => entry + at)]) {
      flipByte(copy.folder, key, offset);
      forgeDigest(copy, key);
      expectRefused(copy.folder, label);
      flipByte(copy.folder, key, offset);
      forgeDigest(copy, key);
    }
  });

  test('a block that is said to be zeros', async () => {
    const copy = await smallCopy();
    changeEntry(copy, 1, (entry) => entry.writeUInt32LE(0xffffffff, 32));
    expectRefused(copy.folder, 'the entry of block 1 of Second.edb makes no sense');
  });

  test.each([
    ['an encoding that nobody knows', 45, 2],
    ['a block number beyond 15', 44, 16],
    ['a frame that lies behind the end of its pack', 38, 2],
  ] as const)('%s', async (_, at, value) => {
    const copy = await smallCopy();
    changeEntry(copy, 1, (entry) => entry.writeUInt8(value, at));
    expectRefused(copy.folder, 'the entry of block 1 of Second.edb makes no sense');
  });

  test('a frame longer than 1 MiB', async () => {
    const copy = await smallCopy();
    const { key, sizeBytes } = first(copy.manifest.packs);
    forge(copy, key, (pack) => Buffer.concat([pack, Buffer.alloc(2 * MIB)]));
    editManifest(copy, `"sizeBytes": ${sizeBytes}`, `"sizeBytes": ${sizeBytes + 2 * MIB}`);
    changeEntry(copy, 1, (entry) => entry.writeUInt32LE(MIB + 1, 40));
    expectRefused(copy.folder, 'the entry of block 1 of Second.edb makes no sense');
  });

  test('entries beyond the end of a map', async () => {
    const copy = await smallCopy();
    editManifest(copy, '"firstEntry": 17', '"firstEntry": 18');
    expectRefused(copy.folder, 'Second.edb reaches beyond data/');
  });

  test('a pack that only the map names', async () => {
    const copy = await smallCopy();
    forge(copy, first(copy.manifest.maps).key, (map) =>
      Buffer.from(map.toString('latin1').replace('pack-00001', 'pack-00009'), 'latin1'),
    );
    expectRefused(copy.folder, 'pack-00009, which the manifest');
  });

  test('a file with fewer blocks than its size demands', async () => {
    const copy = await smallCopy();
    editManifest(copy, '"blocks": 2', '"blocks": 1');
    expectRefused(copy.folder, 'Second.edb has 2 blocks, its maps hold 1');
  });

  test('a file with more blocks than its size demands', async () => {
    const copy = await smallCopy();
    editManifest(copy, '"sizeBytes": 1114112', '"sizeBytes": 0');
    expectRefused(copy.folder, 'Test CA.edb');
  });

  test.each([1.0625, 64])('a frame that decompresses to %d MiB', async (size) => {
    const copy = await smallCopy();
    const { key, sizeBytes } = first(copy.manifest.packs);
    const bomb = zstdCompressSync(Buffer.alloc(size * MIB, 'A'));
    forge(copy, key, (pack) => Buffer.concat([pack, bomb]));
    editManifest(copy, `"sizeBytes": ${sizeBytes}`, `"sizeBytes": ${sizeBytes + bomb.length}`);
    for (let fromEnd = 19; fromEnd > 3; fromEnd--) {
      changeEntry(copy, fromEnd, (entry) => {
        entry.writeUInt32LE(sizeBytes, 36);
        entry.writeUInt32LE(bomb.length, 40);
      });
    }
    expectRefused(copy.folder, `${key}: a frame `);
  });
});
