import { AdcsBackupError, findSet, listSets, readSet } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, TestClock, testCa, testSink } from '../arrange.ts';

describe('labels and numbers', () => {
  test('count on, link back, and stay in order when the clock goes back', async () => {
    const sink = testSink();
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
    const sink = testSink();
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-20T10:00:00Z') });
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-21T10:00:00Z') });
    const latest = await findSet(sink, { label: 'latest' });
    sink.replace(latest.manifestKey, Buffer.from('{"format":1,'));
    const { result } = await backUp(sink, testCa(), { clock: new TestClock('2026-11-22T10:00:00Z') });
    expect(result).toMatchObject({ at: 'finished', manifest: { number: 3 } });
    expect(result.at === 'finished' && result.warnings.map(({ code }) => code)).toContain('earlier-set-damaged');
    const [first] = await listSets(sink);
    if (first !== undefined) sink.replace(first.manifestKey, Buffer.from('no'));
    const next = await backUp(sink, testCa(), { clock: new TestClock('2026-11-22T10:00:00Z') });
    expect(next.result).toMatchObject({ at: 'finished', manifest: { number: 4 } });
  });

  test('do not go on behind a set of a newer format', async () => {
    const sink = testSink();
    await backUp(sink, testCa(), { clock: new TestClock('2026-11-20T10:00:00Z') });
    sink.replace((await findSet(sink, { label: 'latest' })).manifestKey, Buffer.from('{"format":2}'));
    const { result } = await backUp(sink, testCa());
    expect(result).toMatchObject({ at: 'failed', error: { code: 'format-unsupported' } });
  });

  test('are claimed: a label that another run begins at the same moment is refused', async () => {
    const error = (): Error => new AdcsBackupError('object-exists', 'there');
    const sink = testSink();
    const { result } = await backUp(new FaultySink(sink, [{ method: 'put', key: /begin/, error }]));
    expect(result).toMatchObject({ at: 'failed', error: { code: 'object-exists', hint: expect.any(String) } });
    expect(await listSets(sink)).toEqual([]);
  });

  test('go on behind a run that was interrupted in the same second', async () => {
    const sink = testSink();
    const { result } = await backUp(new FaultySink(sink, [{ method: 'put', key: /pack/ }]));
    expect(result.at).toBe('failed');
    const next = await backUp(sink);
    expect(next.result).toMatchObject({ at: 'finished', manifest: { label: '20261121T180317Z-full', number: 1 } });
  });
});
