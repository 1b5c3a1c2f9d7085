import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newFolder } from '../test/place.ts';
import { backUp } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { newBucket, newContainer } from './cloud-sink.ts';
import { expectRestorable, tellWholeStory } from './whole-story.ts';

/** The whole story on each kind of sink. */

const title = 'a CA is backed up in full, twice, then its logs; verified, restored, and the same byte for byte';

describeWithCeph('on S3', (access) => {
  it(title, async () => {
    await tellWholeStory(await newCloudPlace(await newBucket(access)));
  });

  it('a copy of the objects in a folder, by whatever tool, can be restored', async () => {
    const bucket = await newBucket(access);
    const place = await newCloudPlace(bucket);
    await place.ca.recordDigests(true);
    expect((await backUp(place)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
    const folder = await newFolder();
    for (const [key, bytes] of await bucket.objects()) {
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), bytes);
    }
    await expectRestorable({ ...place, sink: folder, env: {} }, 1);
  });
});

describeWithAzurite('on Azure Blob', (access) => {
  it(title, async () => {
    await tellWholeStory(await newCloudPlace(await newContainer(access)));
  });
});

it(`on a disk, ${title}`, async () => {
  await tellWholeStory(await newCloudPlace({ url: await newFolder(), env: {} }));
});
