import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultProxy } from '@adcs-backup/test-servers';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import type { Place } from '../test/place.ts';
import { type CliResult, cli } from '../test/run-cli.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, type CloudSinkOptions, newBucket, newContainer } from './cloud-sink.ts';
import { backUpHarmed, errorAnswer, lists, newProxy, type Requests, reads } from './harm.ts';

/** Faults while sets are read back. */

const readsPacks: Requests = (request) => reads(request) && /\/pack-/.test(request.path);

interface FilledStore extends Place {
  readonly store: CloudSink;
  readonly proxy: FaultProxy;
  readonly to: string;
}

async function newFilledStore(
  endpoint: string,
  open: (options: CloudSinkOptions) => Promise<CloudSink>,
): Promise<FilledStore> {
  const proxy = await newProxy(endpoint);
  const store = await open(proxy);
  const place = await newCloudPlace(store);
  expect((await backUpHarmed(place, store)).told.exitCode).toBe(0);
  return { ...place, store, proxy, to: join(place.folder, 'restored') };
}

/** A command that tells everything it can, and still no secret. */
async function told({ store }: FilledStore, ...args: readonly string[]): Promise<CliResult> {
  const result = await cli([...args, '--verbose', '--json'], { env: store.env });
  for (const secret of store.secrets) expect(`${result.stdout}${result.stderr}`).not.toContain(secret);
  return result;
}

function readsBack(endpoint: string, open: (options: CloudSinkOptions) => Promise<CloudSink>): void {
  it('verify and restore go on after answers that are cut, lost or refused once', async () => {
    const place = await newFilledStore(endpoint, open);
    const { proxy, sink, to } = place;
    for (const args of [
      ['verify', sink, '--read-data'],
      ['restore', sink, 'latest', '--to', to],
    ]) {
      proxy.clear();
      proxy.add({ fault: { kind: 'cut-response', afterBytes: 1000 }, when: readsPacks, times: 1 });
      proxy.add({ fault: { kind: 'refuse' }, when: lists, times: 1 });
      proxy.add({ fault: errorAnswer(503, 'SlowDown'), when: reads, times: 1 });
      const result = await told(place, ...args);
      expect(result.exitCode).toBe(0);
      expect(result.stdout.match(/"sink-retried"/g)).toHaveLength(3);
    }
    expect(await readdir(join(to, 'DataBase'))).toContain('Test CA.edb');
  });

  it('every command ends with 12 when the store is away, and a restore leaves an empty folder', async () => {
    const place = await newFilledStore(endpoint, open);
    const { proxy, sink, to } = place;
    proxy.add({ fault: { kind: 'cut-response', afterBytes: 1000 }, when: readsPacks });
    const cut = await told(place, 'restore', sink, 'latest', '--to', to, '--retry-for', '0s');
    expect(cut.exitCode).toBe(12);
    expect(await readdir(to)).toEqual([]);
    await proxy.goDown();
    for (const args of [['list'], ['show'], ['verify'], ['restore', '--to', to]]) {
      const [command = '', ...flags] = args;
      const label = command === 'show' || command === 'restore' ? ['latest'] : [];
      const result = await told(place, command, sink, ...label, ...flags, '--retry-for', '0s');
      expect(result.exitCode, command).toBe(12);
    }
  });
}

describeWithCeph('from S3,', (access) => {
  readsBack(access.endpoint, (options) => newBucket(access, options));
});

describeWithAzurite('from Azure Blob,', (access) => {
  readsBack(access.endpoint, (options) => newContainer(access, options));
});
