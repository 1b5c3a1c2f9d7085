import { AdcsBackupError, listSets } from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { contentsOf, newestOf, SeveralLine, standings } from '../several-line.ts';
import { isManifest } from '../watched-sink.ts';

describe('a run into several sinks', () => {
  test('reads the CA once, and stores the same keys and bytes in each', async () => {
    const line = new SeveralLine(['a', 'b', 'c']);
    line.ca.issue(2);
    const first = await line.run('full', { truncateLogs: true });
    line.ca.issue();
    const second = await line.run('logs-only', { truncateLogs: true });
    line.ca.issue();
    const third = await line.run('full');
    for (const run of [first, second, third]) {
      expect(run.result).toMatchObject({ at: 'finished', warnings: [], manifest: { sound: true } });
      expect(standings(run)).toEqual(['sealed', 'sealed', 'sealed']);
      expect(run.certSrv.calls.filter((call) => call === 'prepareBackup')).toHaveLength(1);
    }
    expect([first, second, third].map(({ certSrv }) => certSrv.truncated)).toEqual([true, true, false]);
    const [a, b, c] = line.sinks.map(({ memory }) => contentsOf(memory));
    expect(a?.size).toBeGreaterThan(9);
    expect(b).toEqual(a);
    expect(c).toEqual(a);
    await line.expectAllGood();
  });

  test('looks at the sinks once more when no session waits', async () => {
    const { states } = await new SeveralLine().run('full');
    expect(states.slice(-4)).toEqual(['ending-session', 'releasing-library', 'catching-up', 'finished']);
  });

  test('asks nothing of a sink that it lost before', async () => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    const lost = new FaultySink(b, [{ method: 'put', key: /pack-/ }]);
    const run = await line.run('full', { sinks: [a, lost] });
    expect(standings(run)).toEqual(['sealed', 'dropped']);
    expect(lost.calls.at(-1)).toMatchObject({ method: 'put', key: expect.stringMatching(/pack-/) });
    expect(run.result).toMatchObject({
      warnings: [
        {
          code: 'sink-dropped',
          message: expect.stringMatching(/^the run goes on without memory:b: put .*pack-00001.* \(injected fault\)$/),
        },
      ],
    });
    expect((await newestOf(a)).warnings).toMatchObject([{ code: 'sink-dropped' }]);
    expect(await listSets(b)).toEqual([]);
  });

  test.each([
    ['the first', 0],
    ['the last', 1],
  ])('goes on without %s when the other can no longer be read', async (_which, at) => {
    const line = new SeveralLine();
    await line.sealed('full');
    const sinks = line.sinks.map((sink, index) =>
      index === at ? new FaultySink(sink, [{ method: 'get', times: Number.POSITIVE_INFINITY }]) : sink,
    );
    const run = await line.run('full', { sinks });
    // The last is not read from as long as the first has all.
    expect(standings(run)).toEqual(at === 0 ? ['dropped', 'sealed'] : ['sealed', 'sealed']);
    await line.expectAllGood();
  });
});

describe('when no sink is left', () => {
  test.each(['begin.json', 'pack-', 'map-', 'full.json'])('at the put of %s the run fails', async (part) => {
    const line = new SeveralLine();
    const sinks = line.sinks.map((sink) => {
      const error = () => new AdcsBackupError('sink-full', `${sink.location} is full`);
      return new FaultySink(sink, [{ method: 'put', key: new RegExp(part), error }]);
    });
    const { result, certSrv, states } = await line.run('full', { sinks, truncateLogs: true });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'memory:b is full' }, manifest: undefined });
    expect(certSrv).toMatchObject({ loaded: false, sessionOpen: false, openFiles: 0, truncated: false });
    expect(states).not.toContain('catching-up');
  });

  test('at different moments the last error counts', async () => {
    const line = new SeveralLine();
    const failing = (sink: BackupSink, key: RegExp): BackupSink => {
      const error = () => new AdcsBackupError('sink-full', `${sink.location} is full`);
      return new FaultySink(sink, [{ method: 'put', key, error, times: 9 }]);
    };
    const [a, b] = line.pair;
    const { result } = await line.run('full', { sinks: [failing(a, /map-/), failing(b, /begin/)] });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'memory:a is full' } });
  });
});

describe('a manifest that was listed at the start', () => {
  test('and that only a lost sink had, ends the run with the reason of the loss', async () => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { sinks: [a], truncateLogs: true });
    line.ca.issue(2);
    line.ca.truncateElsewhere();
    const lost = new FaultySink(a, [{ method: 'put', key: /logs-only.begin/ }]);
    const { result, states, certSrv } = await line.run('auto', { sinks: [lost, b] });
    expect(states.filter((state) => state === 'loading-library')).toHaveLength(2);
    expect(result).toMatchObject({ at: 'failed', error: { message: expect.stringMatching(/begin.*injected/) } });
    expect(certSrv.sessionOpen).toBe(false);
  });

  test('and that is gone is missed', async () => {
    const line = new SeveralLine();
    await line.sealed('full');
    const { result } = await line.run('full', {
      observe: (event) => {
        if (event.type !== 'state-entered' || event.state !== 'loading-library') return;
        for (const { memory } of line.sinks) memory.remove([...memory.objects.keys()].find(isManifest) ?? '');
      },
    });
    expect(result).toMatchObject({ at: 'failed', error: { code: 'object-not-found' } });
  });
});

describe('the number of copies that truncation needs', () => {
  test.each([
    [undefined, false],
    [1, true],
    [2, false],
  ])('is %s: with one of two sinks lost, logs are truncated: %s', async (minCopies, isTruncated) => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    const lost = new FaultySink(b, [{ method: 'put', key: /map/ }]);
    const { result, certSrv } = await line.run('full', {
      sinks: [a, lost],
      truncateLogs: true,
      ...(minCopies === undefined ? {} : { minCopies }),
    });
    expect(certSrv.truncated).toBe(isTruncated);
    const why = {
      code: 'not-truncated',
      message: 'no log was truncated: the set is in 1 of 2 sinks, 2 are asked for',
    };
    const dropped = { code: 'sink-dropped' };
    expect(result).toMatchObject({ at: 'finished', warnings: isTruncated ? [dropped] : [dropped, why] });
  });

  test.each([
    [undefined, false],
    [1, true],
    [2, false],
  ])('is %s: with one of two sinks behind, logs are truncated: %s', async (minCopies, isTruncated) => {
    const line = new SeveralLine();
    const [a] = line.pair;
    await line.sealed('full', { sinks: [a] });
    const run = await line.run('full', {
      truncateLogs: true,
      ...(minCopies === undefined ? {} : { minCopies }),
    });
    expect(run.certSrv.truncated).toBe(isTruncated);
    expect(standings(run)).toEqual(['sealed', 'sealed']);
    await line.expectSameChain();
  });

  test.each([
    [2, false],
    [1, true],
  ])('is %s, and the manifest is deleted from one of two: logs are truncated: %s', async (minCopies, isTruncated) => {
    const line = new SeveralLine();
    const { result, certSrv } = await line.run('full', {
      truncateLogs: true,
      minCopies,
      observe: ({ type }) => {
        if (type !== 'set-sealed') return;
        const [, { memory }] = line.pair;
        memory.remove([...memory.objects.keys()].find(isManifest) ?? '');
      },
    });
    expect(certSrv.truncated).toBe(isTruncated);
    const why = {
      code: 'not-truncated',
      message: expect.stringMatching(/manifest of .* is not in the sink any more$/),
    };
    expect(result).toMatchObject({ at: 'finished', warnings: isTruncated ? [] : [why] });
    // It was given back in the end.
    await line.expectSameChain();
  });

  test.each([0, 3, 1.5, Number.NaN])('can not be %s of two', async (minCopies) => {
    const line = new SeveralLine();
    const { result, certSrv } = await line.run('full', { truncateLogs: true, minCopies });
    expect(result).toMatchObject({
      at: 'failed',
      error: { code: 'invalid-usage', message: `the set can't be in ${minCopies} sinks of 2` },
    });
    expect(certSrv.calls).toEqual([]);
  });
});
