import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newFolder, type Place } from '../test/place.ts';
import { backUp } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, newBucket, newContainer } from './cloud-sink.ts';
import { newProxy, packs } from './harm.ts';
import { expectRestorable } from './whole-story.ts';

/** One run into sinks of all kinds. */

type Objects = Readonly<Record<string, string>>;

function digests(objects: Iterable<readonly [string, Buffer]>): Objects {
  return Object.fromEntries(
    [...objects].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')]),
  );
}

async function digestsIn(folder: string): Promise<Objects> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return digests(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path)] as const)));
}

/** A CA, backed up into all of these. */
async function placeAt(stores: readonly CloudSink[], folder: string): Promise<Place> {
  const env = Object.assign({}, ...stores.map((store) => store.env));
  const place = await newCloudPlace({ url: folder, env });
  const [, , ...flags] = place.backup;
  return { ...place, backup: ['backup', ...stores.map(({ url }) => url), folder, ...flags] };
}

describeWithCeph('several sinks:', (s3) => {
  describeWithAzurite('S3, Azure Blob and a disk', (azure) => {
    it('get the same objects, byte for byte, and each can be restored', { timeout: 180_000 }, async () => {
      const [bucket, container, folder] = [await newBucket(s3), await newContainer(azure), await newFolder()];
      const place = await placeAt([bucket, container], folder);
      expect((await backUp(place, '--truncate-logs')).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
      await place.ca.issueCertificates({ changedPages: 5, logs: 2 });
      await place.ca.recordDigests(true);
      expect((await backUp(place, '--truncate-logs')).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
      const stored = await digestsIn(folder);
      // Two sets, each with its begin, pack, map, manifest and outcome.
      expect(Object.keys(stored).length).toBeGreaterThanOrEqual(10);
      expect(digests(await bucket.objects())).toEqual(stored);
      expect(digests(await container.objects())).toEqual(stored);
      for (const sink of [bucket.url, container.url, folder]) {
        await expectRestorable({ ...place, folder: await newFolder(), sink }, 2);
      }
    });

    it('get the same objects when one of them was down, and is back', async () => {
      const proxy = await newProxy(s3.endpoint);
      const [bucket, container, folder] = [await newBucket(s3, proxy), await newContainer(azure), await newFolder()];
      const place = await placeAt([bucket, container], folder);
      proxy.add({ fault: { kind: 'refuse' }, when: packs });
      const first = await backUp(place, '--retry-for', '0s', '--truncate-logs', '--min-copies', '2');
      expect(first.told).toMatchObject({ exitCode: 3, sealed: 'full, sound' });
      expect(first.isTruncated).toBe(true);
      proxy.clear();
      await place.ca.issueCertificates({ changedPages: 5, logs: 2 });
      expect((await backUp(place)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
      expect(digests(await bucket.objects())).toEqual(await digestsIn(folder));
    });
  });
});
