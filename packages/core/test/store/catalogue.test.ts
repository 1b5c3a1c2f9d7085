import { findSet, listSets } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, TestClock, testCa } from '../arrange.ts';

async function withTwoCas(): Promise<MemorySink> {
  const sink = new MemorySink();
  for (const [caName, time] of [
    ['Root CA', '2026-11-20T10:00:00Z'],
    ['Issuing CA', '2026-11-21T10:00:00Z'],
    ['Issuing CA', '2026-11-22T10:00:00Z'],
  ] as const) {
    expect((await backUp(sink, testCa({ caName }), { clock: new TestClock(time) })).result.at).toBe('finished');
  }
  return sink;
}

test('lists sets in order, and reads no object for it', async () => {
  const sink = await withTwoCas();
  const counting = new FaultySink(sink);
  const sets = await listSets(counting);
  expect(sets.map(({ caId, label, hasOutcome }) => [caId.slice(0, -7), label.text, hasOutcome])).toEqual([
    ['issuing-ca', '20261121T100000Z-full', true],
    ['issuing-ca', '20261122T100000Z-full', true],
    ['root-ca', '20261120T100000Z-full', true],
  ]);
  expect(counting.calls).toEqual([{ method: 'list', key: 'sets/' }]);
});

test('takes nothing for a set that is none', async () => {
  const sink = await withTwoCas();
  const strays = [
    'sets/ca/chain/readme.txt',
    'sets/ca/chain/20261122T100000Z-full.json.minisig',
    'sets/ca/chain/not-a-label.json',
    'sets/ca/20261122T100000Z-full.json',
    'sets/ca/chain/20261122T100000Z-full.outcome.json',
  ];
  for (const key of strays) await sink.put(objectKey(key), new Uint8Array(0));
  expect(await listSets(sink)).toHaveLength(3);
});

test('sorts by CA, then by label, in whatever order the sink gives the keys', async () => {
  const sink = new MemorySink();
  for (const key of [
    'sets/ca-1/20261101T100000Z/20261101T100000Z-full.json',
    'sets/ca/20261101T100000Z/20261105T100000Z-full.json',
    'sets/ca/20261102T100000Z/20261102T100000Z-full.json',
    'sets/ca/20261102T100000Z/20261106T100000Z-full.json',
  ]) {
    await sink.put(objectKey(key), new Uint8Array(0));
  }
  expect((await listSets(sink)).map(({ caId, label }) => `${caId} ${label.text.slice(0, 8)}`)).toEqual([
    'ca 20261102',
    'ca 20261105',
    'ca 20261106',
    'ca-1 20261101',
  ]);
});

test('can be asked for one CA', async () => {
  const sink = await withTwoCas();
  const [issuing] = await listSets(sink);
  expect(await listSets(sink, { caId: issuing?.caId })).toHaveLength(2);
});

test('finds a set by label or as the latest, of a CA named by name or id', async () => {
  const sink = await withTwoCas();
  const label = '20261121T100000Z-full';
  expect((await findSet(sink, { ca: 'Issuing CA', label: 'latest' })).label.text).toBe('20261122T100000Z-full');
  const found = await findSet(sink, { ca: 'Issuing CA', label });
  expect(found.label.text).toBe(label);
  expect(await findSet(sink, { ca: found.caId, label })).toEqual(found);
});

test.each([
  [{ label: 'latest' }, { code: 'invalid-usage', hint: 'Say which one with --ca NAME.' }],
  [{ ca: 'Other CA', label: 'latest' }, { code: 'set-not-found' }],
  [{ ca: 'Root CA', label: '20261122T100000Z-full' }, { code: 'set-not-found' }],
])('says what is wrong with %j', async (options, error) => {
  await expect(findSet(await withTwoCas(), options)).rejects.toMatchObject(error);
});

test('says that a sink is empty', async () => {
  await expect(findSet(new MemorySink(), { label: 'latest' })).rejects.toMatchObject({ code: 'set-not-found' });
});
