import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { newPlace } from '../test/place.ts';
import { cli } from '../test/run-cli.ts';

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

test('a database of 2 GiB comes back as Certadm handed it out', async () => {
  const { folder, sink, ca, backup } = await newPlace({ databaseBytes: 2 * 1024 ** 3, logCount: 8, checkpointLag: 6 });
  await ca.recordDigests(true);
  expect(await cli(backup)).toMatchObject({ exitCode: 0 });
  const { digests } = await ca.report();
  expect(digests.length).toBeGreaterThan(6);
  expect(digests.some(({ sizeBytes }) => sizeBytes > 2 * 1024 ** 3)).toBe(true);

  const verified = await cli(['verify', sink, '--read-data']);
  expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('intact') });

  const to = join(folder, 'restored');
  expect(await cli(['restore', sink, 'latest', '--to', to])).toMatchObject({ exitCode: 0 });
  for (const handedOut of digests) {
    const name = handedOut.path.split('\\').at(-1) ?? '';
    expect(await sha256(join(to, 'DataBase', name))).toBe(handedOut.sha256);
  }
});
