import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newFolder, type Place } from '../test/place.ts';
import { cli } from '../test/run-cli.ts';
import { newCloudPlace } from './cloud-place.ts';
import { newBucket, newContainer } from './cloud-sink.ts';

/** Only what the named sink needs is loaded. */

const recorder = new URL('../test/fixtures/record-modules.ts', import.meta.url).href;

/** Packages of sinks and of their SDKs that a backup loads, in all of its threads. */
async function sinkPackagesOf({ folder, backup, env = {} }: Place): Promise<ReadonlySet<string>> {
  const record = join(folder, 'modules.txt');
  const node = ['--import', recorder];
  expect(await cli(backup, { node, env: { ...env, RECORD_MODULES: record } })).toMatchObject({ exitCode: 0 });
  const modules = await readFile(record, 'utf8');
  const own = modules.matchAll(/packages\/(sink-[a-z0-9-]+)\//g);
  const sdks = modules.matchAll(
    /node_modules\/(@aws-sdk\/client-[a-z0-9-]+|@azure\/(?:storage|identity)[a-z-]*|ssh2)\//g,
  );
  return new Set([...own, ...sdks].map(([, name = '']) => name));
}

describeWithCeph('a backup to S3', (access) => {
  it("loads Amazon's SDK, and no other", async () => {
    const place = await newCloudPlace(await newBucket(access));
    expect(await sinkPackagesOf(place)).toEqual(new Set(['@aws-sdk/client-s3', 'sink-s3']));
  });
});

describeWithAzurite('a backup to Azure Blob', (access) => {
  it("loads Azure's SDK, and no other, nor what an account's key doesn't need", async () => {
    const place = await newCloudPlace(await newContainer(access));
    expect(await sinkPackagesOf(place)).toEqual(
      new Set(['@azure/storage-blob', '@azure/storage-common', 'sink-azure-blob']),
    );
  });
});

it('a backup to a disk loads no SDK', async () => {
  const place = await newCloudPlace({ url: await newFolder(), env: {} });
  expect(await sinkPackagesOf(place)).toEqual(new Set(['sink-disk']));
});
