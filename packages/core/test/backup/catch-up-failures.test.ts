import { listSets } from '@adcs-backup/core';
import { FaultySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { contentsOf, SeveralLine, standings } from '../several-line.ts';
import type { WatchedSink } from '../watched-sink.ts';

async function expectAllSame(line: SeveralLine): Promise<void> {
  await line.expectSameChain();
  await line.expectAllGood();
}

describe('no set is sealed when neither of two sinks can be completed', () => {
  async function lineWithFull(): Promise<SeveralLine> {
    const line = new SeveralLine();
    await line.sealed('full', { truncateLogs: true });
    line.ca.issue();
    return line;
  }

  function alter({ memory }: WatchedSink, part: string): void {
    memory.replace([...memory.objects.keys()].find((key) => key.includes(part)) ?? '', Buffer.from('{'));
  }

  test('since objects of the full set were altered in both', async () => {
    const line = await lineWithFull();
    const [a, b] = line.pair;
    alter(a, 'pack');
    alter(b, 'map');
    const { result, certSrv } = await line.run('logs-only', { truncateLogs: true });
    expect(result).toMatchObject({
      at: 'failed',
      error: {
        code: 'integrity-failed',
        message: expect.stringMatching(/ has 1 bytes in memory:[ab] instead of \d+$/),
      },
      manifest: undefined,
    });
    expect(certSrv).toMatchObject({ sessionOpen: false, truncated: false });
  });

  test('since one lost a manifest that was altered in the other meanwhile', async () => {
    const line = await lineWithFull();
    const [a, b] = line.pair;
    a.remove('-full.json');
    alter(b, 'map');
    const { result, certSrv } = await line.run('logs-only', {
      truncateLogs: true,
      observe: ({ type }) => {
        if (type === 'set-begun') alter(b, '-full.json');
      },
    });
    expect(result).toMatchObject({ at: 'failed', error: { code: 'integrity-failed' }, manifest: undefined });
    expect(certSrv).toMatchObject({ sessionOpen: false, truncated: false });
  });
});

describe('when catching up fails', () => {
  async function lagging(): Promise<SeveralLine> {
    const line = new SeveralLine(['a', 'b', 'c']);
    const [a] = line.pair;
    await line.sealed('full', { sinks: [a] });
    line.ca.issue();
    return line;
  }

  test('in the sink that lags, it is behind, and told of', async () => {
    const line = await lagging();
    const sinks = line.sinks.map((sink, index) =>
      index === 1 ? new FaultySink(sink, [{ method: 'put', key: /110000Z-full.pack/ }]) : sink,
    );
    const { result } = await line.run('full', { sinks });
    expect(result).toMatchObject({
      at: 'finished',
      warnings: [
        {
          code: 'sink-behind',
          message: expect.stringMatching(/^memory:b has not got the set 20261101T120000Z-full: /),
        },
      ],
      sinks: [{ at: 'sealed' }, { at: 'behind', error: { code: 'sink-unreachable' } }, { at: 'sealed' }],
    });
    await line.sealed('full');
    await expectAllSame(line);
  });

  test('for an earlier set that is damaged where it comes from, the run has its set in all', async () => {
    const line = new SeveralLine();
    const [a] = line.pair;
    await line.sealed('full', { sinks: [a], truncateLogs: true });
    line.ca.issue();
    await line.sealed('full', { sinks: [a], truncateLogs: true });
    a.remove('110000Z-full/map-00001');
    const run = await line.run('full');
    expect(standings(run)).toEqual(['sealed', 'sealed']);
    expect(run.result).toMatchObject({
      warnings: [
        {
          code: 'sink-behind',
          message: expect.stringMatching(/^memory:b has not got the set 20261101T110000Z-full: /),
        },
      ],
    });
  });

  test('in a sink that has the set, it is not behind: what it may lack of earlier sets is told of', async () => {
    const line = new SeveralLine();
    await line.sealed('full');
    const [a, b] = line.pair;
    const failing = new FaultySink(b);
    const observe = ({ type, state }: { readonly type: string; readonly state?: string }): void => {
      if (type === 'state-entered' && state === 'catching-up') failing.inject({ method: 'list', times: 99 });
    };
    const run = await line.run('full', { sinks: [a, failing], observe });
    expect(standings(run)).toEqual(['sealed', 'sealed']);
    const lacks = (location: string) => ({
      code: 'sink-behind',
      message: expect.stringMatching(`^${location} has not got what it may lack of earlier sets: list `),
    });
    expect(run.result).toMatchObject({ at: 'finished', warnings: [lacks('memory:a'), lacks('memory:b')] });
    await line.expectSameChain();
  });

  test('by an abort, the run has failed, and its set stays', async () => {
    const line = await lagging();
    const abort = new AbortController();
    const { result } = await line.run('full', {
      signal: abort.signal,
      observe: (event) => {
        if (event.type === 'copy-progress') abort.abort(new Error('stop'));
      },
    });
    expect(result).toMatchObject({ at: 'failed', error: { message: 'stop' }, manifest: { type: 'full' } });
    expect(await listSets(line.pair[0])).toHaveLength(2);
    await line.expectAllWhole();
    await line.sealed('full');
    await expectAllSame(line);
  });
});

test('what only a sink had that the run lost on the way ends the run with the reason', async () => {
  for (const method of ['get', 'put'] as const) {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { sinks: [a] });
    const error = (): Error => Object.assign(new Error(`${method} lost`), { code: 'sink-failed' });
    const lost = new FaultySink(a, [{ method, key: /json$|map/, nth: method === 'get' ? 1 : 2, times: 99, error }]);
    const { result, certSrv } = await line.run('full', { sinks: [lost, b] });
    expect(result).toMatchObject({ at: 'failed', error: { message: `${method} lost` } });
    expect(certSrv).toMatchObject({ sessionOpen: false, loaded: false });
    expect(contentsOf(b.memory, 'sets/').size).toBe(0);
    await line.sealed('full');
    await expectAllSame(line);
  }
});
