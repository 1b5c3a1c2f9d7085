import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AdcsBackupError, restoreSet, type SetVerdict, verifySet } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { encodeMap } from '../../src/store/map.ts';
import { backUp, newestSet, noise, temporaryFolder, testCa } from '../arrange.ts';

/** More than two packs. */
const ca = testCa({ databases: { 'Test CA.edb': noise(18 * 1024 ** 2, 9) } });

async function storedSet(): Promise<MemorySink> {
  const sink = new MemorySink();
  const { result } = await backUp(sink, ca);
  expect(result).toMatchObject({ at: 'finished', manifest: { packs: { length: 3 }, maps: { length: 1 } } });
  return sink;
}

function bytesOf(sink: MemorySink, key: string): Uint8Array {
  const object = sink.objects.get(objectKey(key));
  if (object === undefined) throw new Error(`no object ${key}`);
  return new Uint8Array(object.bytes);
}

function keysOf(sink: MemorySink, part: RegExp): string[] {
  return [...sink.objects.keys()].filter((key) => part.test(key));
}

async function verdictOf(sink: MemorySink, readData = 100): Promise<SetVerdict> {
  return await verifySet(sink, await newestSet(sink), { readData });
}

async function expectRestoreRefused(sink: MemorySink): Promise<void> {
  const to = join(temporaryFolder(), 'restored');
  const entry = await newestSet(sink);
  const error: unknown = await restoreSet(sink, entry, { to }).catch((reason: unknown) => reason);
  expect(AdcsBackupError.is(error, 'integrity-failed') || AdcsBackupError.is(error, 'object-not-found')).toBe(true);
  expect(existsSync(to) ? readdirSync(to) : []).toEqual([]);
}

const damages: Record<string, (bytes: Uint8Array) => Uint8Array | undefined> = {
  'a flipped bit': (bytes) => {
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    return bytes;
  },
  'a cut end': (bytes) => bytes.subarray(0, -1),
  'an added byte': (bytes) => Buffer.concat([bytes, Buffer.from([0])]),
  'other bytes of the same length': (bytes) => noise(bytes.length, 77),
  'no object': () => undefined,
};

describe.each(Object.entries(damages))('with %s in place of', (_name, damage) => {
  test.each(['pack-00001', 'pack-00003', 'map-00001'])(
    '%s, verify names it and restore leaves nothing',
    async (name) => {
      const sink = await storedSet();
      const [key = ''] = keysOf(sink, new RegExp(`${name}$`));
      const bytes = damage(bytesOf(sink, key));
      if (bytes === undefined) sink.remove(objectKey(key));
      else sink.replace(objectKey(key), bytes);
      const verdict = await verdictOf(sink);
      expect(verdict.intact).toBe(false);
      expect(verdict.findings.map(({ message }) => message).join()).toContain(name);
      await expectRestoreRefused(sink);
    },
  );
});

test('a manifest that lies about a file is found out by its maps', async () => {
  for (const [from, to] of [
    ['"sizeBytes": 65536', '"sizeBytes": 65537'],
    ['"blocks": 288', '"blocks": 287'],
    ['"map": 0', '"map": 3'],
    ['"firstEntry": 0', '"firstEntry": 999'],
    ['"packs": [', '"packs": [], "others": ['],
  ]) {
    const sink = await storedSet();
    const [key = ''] = keysOf(sink, /^sets.*full.json$/);
    const text = Buffer.from(bytesOf(sink, key)).toString();
    expect(text).toContain(from);
    sink.replace(objectKey(key), Buffer.from(text.replace(from ?? '', to ?? '')));
    expect(await verdictOf(sink)).toMatchObject({ intact: false, findings: [{ code: 'map-invalid' }] });
    await expectRestoreRefused(sink);
  }
});

test('a map that no file needs does no harm', async () => {
  const sink = await storedSet();
  const [key = ''] = keysOf(sink, /^sets.*full.json$/);
  const manifest = JSON.parse(Buffer.from(bytesOf(sink, key)).toString());
  manifest.maps.push(manifest.maps[0]);
  sink.replace(objectKey(key), Buffer.from(JSON.stringify(manifest)));
  expect(await verdictOf(sink)).toMatchObject({ intact: true, findings: [] });
});

test('two packs that changed places are found', async () => {
  const sink = await storedSet();
  const [one = '', two = ''] = keysOf(sink, /pack-0000[12]$/);
  const [bytesOfOne, bytesOfTwo] = [bytesOf(sink, one), bytesOf(sink, two)];
  sink.replace(objectKey(one), bytesOfTwo);
  sink.replace(objectKey(two), bytesOfOne);
  expect((await verdictOf(sink)).findings.map(({ key }) => key)).toEqual(expect.arrayContaining([one, two]));
  await expectRestoreRefused(sink);
});

test('a manifest of another set under this name is refused', async () => {
  const sink = await storedSet();
  const [key = ''] = keysOf(sink, /^sets.*full.json$/);
  await sink.put(objectKey(key.replace('20261121T180316Z-full', '20261121T180317Z-full')), bytesOf(sink, key));
  expect(await verdictOf(sink)).toMatchObject({ intact: false, findings: [{ code: 'manifest-invalid' }] });
  await expectRestoreRefused(sink);
});

test('without reading data, verify sees what is missing but not what was flipped', async () => {
  const sink = await storedSet();
  const [key = ''] = keysOf(sink, /pack-00002$/);
  sink.replace(objectKey(key), noise(bytesOf(sink, key).length, 5));
  expect(await verdictOf(sink, 0)).toMatchObject({ intact: true, packsRead: 0, packsTotal: 3, blocksChecked: 0 });
  sink.remove(objectKey(key));
  expect(await verdictOf(sink, 0)).toMatchObject({ intact: false, findings: [{ code: 'object-missing', key }] });
});

test('reads as many packs as the percentage says, at least one', async () => {
  const sink = await storedSet();
  expect(await verdictOf(sink, 1)).toMatchObject({ intact: true, packsRead: 1, packsTotal: 3 });
  expect(await verdictOf(sink, 50)).toMatchObject({ intact: true, packsRead: 2 });
});

test('a sink that fails is no finding', async () => {
  const sink = await storedSet();
  const entry = await newestSet(sink);
  for (const fault of [
    { method: 'get' },
    { method: 'get', nth: 2 },
    { method: 'get', nth: 3 },
    { method: 'get', nth: 4 },
    { method: 'list' },
  ] as const) {
    const faulty = new FaultySink(sink, [fault]);
    await expect(verifySet(faulty, entry, { readData: 100 })).rejects.toMatchObject({ code: 'sink-unreachable' });
  }
});

test('a map whose locations lead nowhere is found even with a fitting manifest', async () => {
  // Entries: digest 32, pack 4, frame offset 4, frame length 4, index 1, encoding 1.
  const changes: [RegExp, (entry: Buffer) => void][] = [
    [/zeros/, (entry) => entry.writeUInt32LE(0xffffffff, 32)],
    [/nowhere/, (entry) => entry.writeUInt32LE(99, 32)],
    [/nowhere/, (entry) => entry.writeUInt8(16, 44)],
    [/another SHA-256/, (entry) => entry.writeUInt8(3, 44)],
    [/another SHA-256|decompress/, (entry) => entry.writeUInt32LE(7, 36)],
  ];
  for (const [message, change] of changes) {
    const sink = await storedSet();
    forgeMap(sink, change);
    const verdict = await verdictOf(sink);
    expect(verdict.findings.map((finding) => finding.message).join()).toMatch(message);
    await expectRestoreRefused(sink);
  }
});

/** Changes the first entry of the map, and the manifest so that it fits the changed map. */
function forgeMap(sink: MemorySink, change: (entry: Buffer) => void): void {
  const [mapKey = ''] = keysOf(sink, /map-00001$/);
  const [manifestKey = ''] = keysOf(sink, /^sets.*full.json$/);
  const map = Buffer.from(bytesOf(sink, mapKey));
  const headerEnd = 12 + map.readUInt32LE(8);
  const { format: _format, ...header } = JSON.parse(map.subarray(12, headerEnd).toString());
  change(map.subarray(headerEnd));
  const forged = encodeMap(header, map.subarray(headerEnd));
  const manifest = JSON.parse(Buffer.from(bytesOf(sink, manifestKey)).toString());
  manifest.maps[0].sha256 = hash('sha256', forged);
  sink.replace(objectKey(mapKey), forged);
  sink.replace(objectKey(manifestKey), Buffer.from(JSON.stringify(manifest)));
}

test('an abort ends verify in its listing, with the reason', async () => {
  const sink = await storedSet();
  const entry = await newestSet(sink);
  const abort = new AbortController();
  const faulty = new FaultySink(sink, [{ method: 'list', kind: 'hang' }]);
  setTimeout(() => abort.abort(new Error('stop')), 10);
  await expect(verifySet(faulty, entry, { signal: abort.signal })).rejects.toThrow('stop');
});
