import type { Fault } from '@adcs-backup/test-servers';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { cli } from '../test/run-cli.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, type CloudSinkOptions, newBucket, newContainer } from './cloud-sink.ts';
import { backUpHarmed, errorAnswer, lists, manifests, newProxy, packs, type Requests, reads } from './harm.ts';

/** What passes by itself is tried again: the run goes on, and ends with a sound set. */

type Passing = readonly [name: string, fault: Fault, when: Requests];

const passing: readonly Passing[] = [
  ['a refused connection', { kind: 'refuse' }, packs],
  ['a put that is cut in its middle', { kind: 'cut-request', afterBytes: 50_000 }, packs],
  ['a listing that is cut in its middle', { kind: 'cut-response', afterBytes: 100 }, lists],
  ['a manifest that is cut while it is read', { kind: 'cut-response', afterBytes: 100 }, reads],
  ['a lost reply to a pack', { kind: 'lose-reply' }, packs],
  ['a lost reply to a manifest', { kind: 'lose-reply' }, manifests],
  ['status 500 for a pack', errorAnswer(500, 'InternalError'), packs],
  ['status 500 for a listing', errorAnswer(500, 'InternalError'), lists],
  ['status 503, slow down', errorAnswer(503, 'SlowDown'), packs],
  ['status 200 with an error for a pack', errorAnswer(200, 'InternalError'), packs],
  ['status 200 with an error for a manifest', errorAnswer(200, 'InternalError'), manifests],
];

/** Amazon documents it for S3. */
const passingOnS3: readonly Passing[] = [
  ...passing,
  ['status 200 with an error for a listing', errorAnswer(200, 'InternalError'), lists],
];

interface Store {
  readonly endpoint: string;
  readonly open: (options: CloudSinkOptions) => Promise<CloudSink>;
}

function runsGoOn({ endpoint, open }: Store, faults: readonly Passing[]): void {
  it.each(faults)('a run goes on after %s', async (_, fault, when) => {
    const proxy = await newProxy(endpoint);
    const store = await open(proxy);
    const place = await newCloudPlace(store);
    if (when === reads) await backUpHarmed(place, store);
    const before = proxy.seen.length;
    proxy.add({ fault, when, times: 1 });
    const run = await backUpHarmed(place, store);
    expect(run.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    expect(run.isTruncated).toBe(true);
    expect(proxy.seen.slice(before).filter(when).length).toBeGreaterThan(1);
    expect(run.lines).toContainEqual(expect.objectContaining({ type: 'sink-retried' }));
    const verified = await cli(['verify', place.sink, '--read-data'], { env: store.env });
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
  });
}

describeWithCeph('on S3', (access) => {
  runsGoOn({ endpoint: access.endpoint, open: (options) => newBucket(access, options) }, passingOnS3);
});

describeWithAzurite('on Azure Blob', (access) => {
  runsGoOn({ endpoint: access.endpoint, open: (options) => newContainer(access, options) }, passing);
});
