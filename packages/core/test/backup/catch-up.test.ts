import type { BackupEvent } from '@adcs-backup/core';
import { describe, expect, test } from 'vitest';
import { SeveralLine, standings } from '../several-line.ts';
import { isManifest, type WatchedSink } from '../watched-sink.ts';

/** Keys of puts, in their order. */
function putsOf({ memory }: WatchedSink): readonly string[] {
  return memory.calls.filter(({ method }) => method === 'put').map(({ key }) => key);
}

/** A run, and what each sink had when the session ended. */
async function watchedRun(line: SeveralLine, type: 'full' | 'logs-only' | 'auto') {
  const events: BackupEvent[] = [];
  const atEnd: (readonly string[])[] = [];
  const run = await line.run(type, {
    truncateLogs: true,
    minCopies: 1,
    observe: (event) => {
      events.push(event);
      if (event.type !== 'state-entered' || event.state !== 'catching-up') return;
      for (const { memory } of line.sinks) atEnd.push([...memory.objects.keys()]);
    },
  });
  return { run, events, atEnd };
}

function manifestsIn(keys: readonly string[] = []): readonly string[] {
  return keys.filter(isManifest);
}

async function expectAllSame(line: SeveralLine): Promise<void> {
  await line.expectSameChain();
  await line.expectAllGood();
}

describe('a sink that was down in an earlier run', () => {
  test.each(['full', 'logs-only', 'auto'] as const)(
    'gets the objects of a %s run at once, the rest after the session, each manifest last',
    async (type) => {
      const line = new SeveralLine();
      const [a] = line.pair;
      await line.sealed('full', { truncateLogs: true });
      line.ca.issue();
      await line.sealed('full', { sinks: [a], truncateLogs: true });
      line.ca.issue();
      const { run, events, atEnd } = await watchedRun(line, type);
      expect(run.result).toMatchObject({ at: 'finished', warnings: [], manifest: { sound: true } });
      expect(run.certSrv.truncated).toBe(true);
      expect(standings(run)).toEqual(['sealed', 'sealed']);
      expect(run.states.slice(-3)).toEqual(['releasing-library', 'catching-up', 'finished']);
      const [inA, inB] = atEnd;
      expect(manifestsIn(inA)).toHaveLength(3);
      expect(manifestsIn(inB)).toHaveLength(1);
      // begin.json and the map of this run.
      expect(inB?.filter((key) => key.includes('20261101T130000Z')).length).toBeGreaterThan(1);
      expect(events).toContainEqual({ type: 'sink-behind', location: 'memory:b', objects: expect.any(Number) });
      const copied = events.filter((event) => event.type === 'set-copied');
      expect(copied).toMatchObject([
        { location: 'memory:b', label: '20261101T120000Z-full' },
        { location: 'memory:b', label: expect.stringMatching(/^20261101T130000Z-/) },
      ]);
      await expectAllSame(line);
    },
  );

  test('is told of when it lacks no object that the set needs, and gets the earlier set all the same', async () => {
    const line = new SeveralLine();
    const [a] = line.pair;
    await line.sealed('full');
    // Nothing changes, so the second set brings no pack that the third could need.
    await line.sealed('full', { sinks: [a] });
    const run = await line.run('full', { newChain: false });
    expect(run.result).toMatchObject({ at: 'finished', warnings: [] });
    await expectAllSame(line);
  });
});

test('a new sink beside a full one gets the whole chain, and holds the set by itself', async () => {
  const line = new SeveralLine();
  const [a, b] = line.pair;
  await line.sealed('full', { sinks: [a], truncateLogs: true });
  line.ca.issue();
  await line.sealed('logs-only', { sinks: [a], truncateLogs: true });
  line.ca.issue();
  const { run } = await watchedRun(line, 'logs-only');
  expect(run.result).toMatchObject({ at: 'finished', warnings: [], manifest: { sound: true } });
  expect(putsOf(b).filter(isManifest)).toEqual(putsOf(a).filter(isManifest));
  await expectAllSame(line);
});

describe('a sink that lost objects gets them back', () => {
  test('which a full set refers to', async () => {
    const line = new SeveralLine();
    await line.sealed('full');
    line.pair[1].remove('pack-00001');
    const { run } = await watchedRun(line, 'full');
    expect(run.result).toMatchObject({ at: 'finished', warnings: [], manifest: { sound: true } });
    await expectAllSame(line);
  });

  test.each([0, 1])('which only the full set refers to that a logs-only set builds on (sink %i)', async (at) => {
    const line = new SeveralLine();
    await line.sealed('full', { truncateLogs: true });
    const sink = line.sinks[at] ?? line.pair[0];
    sink.remove('full/pack-00001');
    line.ca.issue();
    const { run, atEnd } = await watchedRun(line, 'logs-only');
    expect(run.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
    expect(manifestsIn(atEnd[at])).toHaveLength(1);
    await expectAllSame(line);
  });

  test.each(['-full.json', '-full.outcome.json'])('also %s', async (part) => {
    const line = new SeveralLine();
    await line.sealed('full', { truncateLogs: true });
    line.pair[1].remove(part);
    line.ca.issue();
    const { run } = await watchedRun(line, 'logs-only');
    expect(run.result).toMatchObject({ at: 'finished', warnings: [] });
    await expectAllSame(line);
  });
});

describe('sinks of which each lacks something that the other has', () => {
  test.each(['full', 'logs-only'] as const)('take a %s set: one in the session, the other after it', async (type) => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { truncateLogs: true });
    line.ca.issue();
    await line.sealed('full', { sinks: [a], truncateLogs: true });
    a.remove('20261101T110000Z-full/pack');
    line.ca.issue();
    const { run, atEnd } = await watchedRun(line, type);
    expect(run.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
    expect(run.certSrv.truncated).toBe(true);
    const holders = atEnd.filter((keys) => manifestsIn(keys).some((key) => key.includes('T13')));
    expect(holders).toHaveLength(1);
    expect(manifestsIn([...b.memory.objects.keys()])).toHaveLength(3);
    await expectAllSame(line);
  });

  test('each has logs-only sets of its own: the next one stands on both', async () => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { truncateLogs: true });
    line.ca.issue();
    await line.sealed('logs-only', { sinks: [a], truncateLogs: true });
    line.ca.issue();
    // What `a` alone has was truncated: by itself `b` has a gap.
    const gap = await line.sealed('logs-only', { sinks: [b] });
    expect(gap.sound).toBe(false);
    line.ca.issue();
    const { run } = await watchedRun(line, 'logs-only');
    expect(run.result).toMatchObject({ at: 'finished', manifest: { sound: true } });
    expect(run.certSrv.truncated).toBe(true);
    await expectAllSame(line);
  });

  test('one of them altered: the other is completed', async () => {
    const line = new SeveralLine();
    const [a, b] = line.pair;
    await line.sealed('full', { truncateLogs: true });
    const full = '20261101T110000Z-full';
    const pack = [...a.memory.objects.keys()].find((key) => key.endsWith(`${full}/pack-00001`)) ?? '';
    const map = [...a.memory.objects.keys()].find((key) => key.endsWith(`${full}/map-00001`)) ?? '';
    a.memory.replace(map, Buffer.from('short'));
    b.memory.remove(pack);
    line.ca.issue();
    const run = await line.run('logs-only', { truncateLogs: true, minCopies: 1 });
    expect(run.result).toMatchObject({
      at: 'finished',
      manifest: { sound: true },
      sinks: [{ at: 'behind', error: { message: expect.stringContaining(full) } }, { at: 'sealed' }],
    });
    expect(manifestsIn([...a.memory.objects.keys()])).toHaveLength(1);
    expect(manifestsIn([...b.memory.objects.keys()])).toHaveLength(2);
  });
});
