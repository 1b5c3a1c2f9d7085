import { findSet, listSets, readSet } from '@adcs-backup/core';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, TestClock, testCa } from '../arrange.ts';

describe('labels and numbers', () => {
  test('count on, link back, and stay in order when the clock goes back', async () => {
    const sink = new MemorySink();
    for (const time of ['2026-11-21T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z']) {
      expect((await backUp(sink, testCa(), { clock: new TestClock(time) })).result.at).toBe('finished');
    }
    const entries = await listSets(sink);
    const sets = await Promise.all(entries.map((entry) => readSet(sink, entry)));
    expect(sets.map(({ manifest }) => [manifest.label, manifest.number, manifest.previous?.label])).toEqual([
      ['20261121T100000Z-full', 1, undefined],
      ['20261121T100001Z-full', 2, '20261121T100000Z-full'],
      ['20261121T100002Z-full', 3, '20261121T100001Z-full'],
    ]);
    expect(sets[2]?.manifest.previous?.sha256).toBe(sets[1]?.manifestSha256);
  });

  test('step over a manifest that was damaged, with a warning', async () => {
    const sink = new MemorySink();
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-20T10:00:00Z') });
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-21T10:00:00Z') });
    const latest = await findSet(sink, { label: 'latest' });
    sink.replace(latest.manifestKey, Buffer.from('{"format":1,'));
    const { result } = await backUp(sink, testCa(), { clock: new TestClock('2026-11-22T10:00:00Z') });
    expect(result).toMatchObject({
      at: 'finished',
      manifest: { number: 3 },
      warnings: [{ code: 'earlier-set-damaged' }],
    });
    const [first] = await listSets(sink);
    if (first !== undefined) sink.replace(first.manifestKey, Buffer.from('no'));
    const next = await backUp(sink, testCa(), { clock: new TestClock('2026-11-22T10:00:00Z') });
    expect(next.result).toMatchObject({ at: 'finished', manifest: { number: 4 } });
  });

  test('do not go on behind a set of a newer format', async () => {
    const sink = new MemorySink();
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-20T10:00:00Z') });
    sink.replace((await findSet(sink, { label: 'latest' })).manifestKey, Buffer.from('{"format":2}'));
    const { result } = await backUp(sink, testCa());
    expect(result).toMatchObject({ at: 'failed', error: { code: 'format-unsupported' } });
  });

  test('are claimed: a label that another run has begun is refused', async () => {
    const sink = new MemorySink();
    const { result } = await backUp(new FaultySink(sink, [{ method: 'put', key: /pack/ }]));
    expect(result.at).toBe('failed');
    expect((await backUp(sink)).result).toMatchObject({ at: 'failed', error: { code: 'object-exists' } });
    expect(await listSets(sink)).toEqual([]);
  });
});
