import { findSet, listSets, type SetEntry } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { encodeManifest } from '../../src/store/manifest-json.ts';
import { backUp } from '../arrange.ts';

const SETS = 10_000;

/** A set an hour, a chain a month, and as many other objects as sets. */
async function sinkOfManySets(): Promise<MemorySink> {
  const sink = new MemorySink();
  const begun = Date.parse('2026-01-01T00:00:00Z');
  for (let set = 0; set < SETS; set++) {
    const time = (at: number): string =>
      `${new Date(begun + at * 3600_000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const place = `test-ca-1fe373/${time(set - (set % 720))}/${time(set)}-full`;
    await sink.put(objectKey(`sets/${place}.json`), Buffer.from('{}'));
    await sink.put(objectKey(`sets/${place}.outcome.json`), Buffer.from('{}'));
    await sink.put(objectKey(`data/${place}/pack-00001`), Buffer.from('data'));
  }
  sink.calls.splice(0);
  return sink;
}

test('10,000 sets are found by listing sets/ alone, once', async () => {
  const sink = await sinkOfManySets();
  const sets = await listSets(sink);
  expect(sets).toHaveLength(SETS);
  expect(sets.every(({ hasOutcome }) => hasOutcome)).toBe(true);
  const labels = sets.map(({ label }) => label.text);
  expect(labels.every((label, at) => at === 0 || label > (labels[at - 1] ?? ''))).toBe(true);
  expect((await findSet(sink, { label: labels[4711] ?? '' })).label.text).toBe(labels[4711]);
  expect(sink.calls).toEqual([
    { method: 'list', key: 'sets/' },
    { method: 'list', key: 'sets/' },
  ]);
});

test('the newest sound one is found by reading manifests from the newest on, and none behind it', async () => {
  const sink = await sinkOfManySets();
  const { result } = await backUp(new MemorySink());
  if (result.at === 'failed') throw result.error;
  const { manifest } = result;
  const put = ({ manifestKey, chain, label, caId }: SetEntry, sound: boolean): void => {
    const place = { chain, label: label.text, ca: { ...manifest.ca, id: caId } };
    sink.replace(manifestKey, encodeManifest({ ...manifest, ...place, sound }));
  };
  const newest = (await listSets(sink)).slice(-3);
  const [sound, suspect, cutOff] = newest.map(({ manifestKey }) => manifestKey);
  for (const entry of newest.slice(0, 2)) put(entry, entry.manifestKey === sound);
  sink.calls.splice(0);
  expect((await findSet(sink, { label: 'latest' })).manifestKey).toBe(sound);
  expect(sink.calls).toEqual([
    { method: 'list', key: 'sets/' },
    { method: 'get', key: cutOff },
    { method: 'get', key: suspect },
    { method: 'get', key: sound },
  ]);
});
