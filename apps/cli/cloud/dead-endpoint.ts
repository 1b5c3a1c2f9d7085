import type { FaultProxy } from '@adcs-backup/test-servers';
import { expect, it } from 'vitest';
import type { Place } from '../test/place.ts';
import { labelsIn } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import type { CloudSink, CloudSinkOptions } from './cloud-sink.ts';
import { backUpHarmed, type HarmedBackup, newProxy, packs } from './harm.ts';

/** Endpoints that are dead at the start of a run, or die in it. */

const unreachable = { exitCode: 12, error: 'sink-unreachable' };

export interface Store {
  readonly endpoint: string;
  readonly open: (options: CloudSinkOptions) => Promise<CloudSink>;
}

interface Harmed {
  readonly proxy: FaultProxy;
  readonly place: Place;
  backUp(...flags: string[]): Promise<HarmedBackup>;
}

async function newHarmed({ endpoint, open }: Store): Promise<Harmed> {
  const proxy = await newProxy(endpoint);
  const store = await open(proxy);
  const place = await newCloudPlace(store);
  return { proxy, place, backUp: (...flags) => backUpHarmed(place, store, ...flags) };
}

/** What becomes of runs against an endpoint that is down, stalls, or goes down. */
export function diesWith(store: Store): void {
  // Side by side: they mostly wait.
  it('that is down at the start, or never answers: the run ends within 30 s, the CA is asked for nothing', async () => {
    const [down, stalled] = [await newHarmed(store), await newHarmed(store)];
    await down.proxy.goDown();
    stalled.proxy.add({ fault: { kind: 'stall' } });
    for (const run of await Promise.all([down.backUp(), stalled.backUp()])) {
      expect(run.told).toEqual(unreachable);
      expect(run.hasBegun).toBe(false);
      expect(elapsedMsOf(run)).toBeLessThan(30_000);
    }
  });

  it('that stalls once in the middle: the run goes on', { timeout: 180_000 }, async () => {
    const { proxy, backUp } = await newHarmed(store);
    proxy.add({ fault: { kind: 'stall' }, when: packs, times: 1 });
    const run = await backUp();
    expect(run.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect(run.lines).toContainEqual(expect.objectContaining({ type: 'sink-retried', method: 'put' }));
    // The store was given the minute that the message speaks of.
    expect(elapsedMsOf(run)).toBeGreaterThan(60_000);
  });

  it('that goes down in the middle: the run tries for --retry-for, and truncates nothing', async () => {
    const { proxy, place, backUp } = await newHarmed(store);
    expect((await backUp()).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    await place.ca.issueCertificates({ changedPages: 30, logs: 3 });
    proxy.add({ fault: { kind: 'refuse' }, when: packs, onMeet: () => void proxy.goDown() });
    const run = await backUp('--retry-for', '5s');
    expect(run.told).toEqual(unreachable);
    expect([run.hasBegun, run.isTruncated]).toEqual([true, false]);
    expect(run.lines).toContainEqual(expect.objectContaining({ type: 'sink-retried', method: 'put' }));
    proxy.clear();
    await proxy.goUp();
    expect(await labelsIn(place)).toHaveLength(1);
    const next = await backUp('--type', 'auto');
    expect(next.told).toEqual({ exitCode: 0, sealed: 'logs-only, sound' });
  });
}

function elapsedMsOf({ lines }: HarmedBackup): unknown {
  return lines.find(({ type }) => type === 'run-ended')?.['elapsedMs'];
}
