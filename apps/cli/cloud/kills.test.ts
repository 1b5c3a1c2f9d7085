import { type FaultProxy, type S3Server, startCeph } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it, onTestFinished } from 'vitest';
import type { Place } from '../test/place.ts';
import { cli } from '../test/run-cli.ts';
import { labelsIn } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, newBucket } from './cloud-sink.ts';
import { backUpHarmed, newProxy, packs, type Requests } from './harm.ts';

/** `kill -9` of all of the store's daemons while a run puts its packs, and their return. */

interface KillablePlace extends Place {
  readonly server: S3Server;
  readonly proxy: FaultProxy;
  readonly store: CloudSink;
}

/** A server of its own: killing the shared one would fail other tests. The CA has several packs to store, slowly. */
async function newKillablePlace(): Promise<KillablePlace> {
  const server = await startCeph();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const proxy = await newProxy(server.access.endpoint);
  const store = await newBucket(server.access, proxy);
  const place = await newCloudPlace(store, { databaseBytes: 96 * 2 ** 20 });
  await place.ca.setFaults({ slowReadMs: 20 });
  return { ...place, server, proxy, store };
}

/** Calls `kill` when the server has acknowledged a pack, and is sent another one. */
function whileItPuts(proxy: FaultProxy, kill: () => void): void {
  const isLater: Requests = (request) =>
    packs(request) && proxy.seen.some((each) => packs(each) && each.status === 200);
  proxy.add({ when: isLater, times: 1, onMeet: kill });
}

/** Keys below the prefix that the server has said it stored. */
function acknowledged({ seen }: FaultProxy): readonly string[] {
  const puts = seen.filter(({ method, status }) => method === 'PUT' && status === 200);
  return puts.map(({ path }) => path.replace(/^.*\/ca01\//, '').replace(/\?.*$/, ''));
}

async function expectNothingLost({ proxy, store, sink, env = {} }: KillablePlace): Promise<void> {
  const keys = acknowledged(proxy);
  expect(keys.length).toBeGreaterThan(2);
  expect([...(await store.objects()).keys()]).toEqual(expect.arrayContaining([...keys]));
  expect(await cli(['verify', sink, '--read-data', '--ese'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
}

describeWithCeph('while the daemons of S3 are killed', () => {
  it('a run goes on when the store comes back', { timeout: 300_000 }, async () => {
    const place = await newKillablePlace();
    const { server, proxy, store } = place;
    let back: Promise<void> | undefined;
    whileItPuts(proxy, () => {
      back = server.killDaemons().then(() => server.restartDaemons());
    });
    const run = await backUpHarmed(place, store);
    await back;
    expect(run.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect(run.lines).toContainEqual(expect.objectContaining({ type: 'sink-retried', method: 'put' }));
    await expectNothingLost(place);
  });

  it('a run that gave up is completed by the next one', { timeout: 300_000 }, async () => {
    const place = await newKillablePlace();
    const { server, proxy, store } = place;
    let killed: Promise<void> | undefined;
    whileItPuts(proxy, () => {
      killed = server.killDaemons();
    });
    const run = await backUpHarmed(place, store, '--retry-for', '2s');
    await killed;
    expect(run.told).toEqual({ exitCode: 12, error: 'sink-unreachable' });
    await server.restartDaemons();
    expect(await labelsIn(place)).toEqual([]);
    expect((await backUpHarmed(place, store)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect(await labelsIn(place)).toHaveLength(1);
    await expectNothingLost(place);
  });
});
