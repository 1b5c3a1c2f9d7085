import type { Fault } from '@adcs-backup/test-servers';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, type CloudSinkOptions, newBucket, newContainer } from './cloud-sink.ts';
import { backUpHarmed, errorAnswer, lists, manifests, newProxy, packs, puts, type Requests } from './harm.ts';

/** What doesn't pass ends the run as documented, and leaves nothing that looks like a set. */

const unreachable = { exitCode: 12, error: 'sink-unreachable' };
const wrongPlace = { exitCode: 2, error: 'invalid-location' };
const all: Requests = () => true;

type Lasting = readonly [name: string, fault: Fault, ends: { readonly when: Requests; readonly told: object }];

const lasting: readonly Lasting[] = [
  ['refused connections', { kind: 'refuse' }, { when: all, told: unreachable }],
  [
    'listings that are cut in their middle',
    { kind: 'cut-response', afterBytes: 50 },
    { when: lists, told: unreachable },
  ],
  [
    'puts that are cut in their middle',
    { kind: 'cut-request', afterBytes: 50_000 },
    { when: packs, told: unreachable },
  ],
  ['lost replies to puts', { kind: 'lose-reply' }, { when: packs, told: unreachable }],
  ['a lost reply to the manifest', { kind: 'lose-reply' }, { when: manifests, told: unreachable }],
  ['status 500', errorAnswer(500, 'InternalError'), { when: all, told: unreachable }],
  ['status 503', errorAnswer(503, 'SlowDown'), { when: all, told: unreachable }],
];

interface Store {
  readonly endpoint: string;
  readonly open: (options: CloudSinkOptions) => Promise<CloudSink>;
}

function runsEnd({ endpoint, open }: Store, faults: readonly Lasting[]): void {
  it.each(faults)('%s', async (_, fault, { when, told }) => {
    const proxy = await newProxy(endpoint);
    const store = await open(proxy);
    const place = await newCloudPlace(store);
    proxy.add({ fault, when });
    const run = await backUpHarmed(place, store, '--retry-for', '0s');
    expect(run.told).toEqual(told);
    // What shows before the first put, shows before the CA is asked for anything.
    expect(run.hasBegun).toBe(proxy.seen.some(puts(/./)));
    const keys = [...(await store.objects()).keys()];
    const mayHaveLanded = when === manifests ? 1 : 0;
    expect(keys.filter((key) => key.startsWith('sets/'))).toHaveLength(mayHaveLanded);
    if (fault.kind === 'cut-request') expect(keys.filter((key) => key.includes('/pack-'))).toEqual([]);
    proxy.clear();
    expect((await backUpHarmed(place, store)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
  });
}

describeWithCeph('a backup to S3 ends with', (access) => {
  const wrongRegion = {
    kind: 'answer',
    status: 301,
    headers: { 'content-type': 'application/xml', 'x-amz-bucket-region': 'eu-central-1' },
    body: '<Error><Code>PermanentRedirect</Code><Message>The bucket must be addressed otherwise.</Message></Error>',
  } as const;
  runsEnd({ endpoint: access.endpoint, open: (options) => newBucket(access, options) }, [
    ...lasting,
    ['another region', wrongRegion, { when: all, told: wrongPlace }],
    ['status 200 with an error for each pack', errorAnswer(200, 'InternalError'), { when: packs, told: unreachable }],
  ]);
});

describeWithAzurite('a backup to Azure Blob ends with', (access) => {
  runsEnd({ endpoint: access.endpoint, open: (options) => newContainer(access, options) }, [
    ...lasting,
    [
      'status 200 with an error for each listing',
      errorAnswer(200, 'ServerBusy'),
      { when: lists, told: { exitCode: 1, error: 'sink-failed' } },
    ],
  ]);
});
