import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { compareRestored } from '@adcs-backup/standin';
import {
  createBucket,
  deleteObject,
  readBucket,
  replaceObject,
  type S3Access,
  type S3User,
  turnOnVersions,
} from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import type { Place } from '../test/place.ts';
import { cli, jsonLines } from '../test/run-cli.ts';
import { backUp } from '../test/told-backup.ts';
import { newCloudPlace } from './cloud-place.ts';
import { restoredFiles } from './whole-story.ts';

/** A real bucket that keeps versions, and somebody who may do everything in it. */

interface VersionedPlace extends Place {
  readonly bucket: string;
  readonly env: Readonly<Record<string, string>>;
}

async function filledBucket(access: S3Access): Promise<VersionedPlace> {
  const bucket = `versions-${randomBytes(6).toString('hex')}`;
  await createBucket(access, bucket, { guestMay: ['s3:GetObject', 's3:ListBucket'] });
  const env = environmentOf(access);
  const url = `s3://${bucket}/ca01?region=${access.region}&endpoint=${access.endpoint}`;
  const place = await newCloudPlace({ url, env });
  await place.ca.recordDigests(true);
  expect((await backUp(place)).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
  // Ceph 16 keeps no condition of a put in a bucket with versions: the backup must come before.
  await turnOnVersions(access, bucket);
  return { ...place, bucket, env };
}

function environmentOf({ accessKey, secretKey }: S3User): Readonly<Record<string, string>> {
  return { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
}

/** With its prefix. */
async function keyIn(access: S3Access, { bucket }: VersionedPlace, pattern: RegExp): Promise<string> {
  const keys = [...(await readBucket(access, bucket)).keys()];
  return keys.find((key) => pattern.test(key)) ?? expect.fail(`no key fits ${pattern}`);
}

async function replace(access: S3Access, place: VersionedPlace, pattern: RegExp): Promise<string> {
  const key = await keyIn(access, place, pattern);
  const { length } = (await readBucket(access, place.bucket)).get(key) ?? [];
  await replaceObject(access, { bucket: place.bucket, key }, Buffer.alloc(length ?? 0, 7));
  return key;
}

describeWithCeph('a bucket with versions', (access) => {
  it('gives back what a plain put replaced, and what was deleted', async () => {
    const place = await filledBucket(access);
    const { sink, env, bucket, folder, ca } = place;
    const harmed = [
      await replace(access, place, /\/pack-/),
      await replace(access, place, /\/sets\/.*-full\.json$/),
      await keyIn(access, place, /\/map-/),
    ];
    await deleteObject(access, { bucket, key: harmed[2] ?? '' });

    const label = harmed[1]?.match(/([^/]+)\.json$/)?.[1] ?? '';
    const verified = await cli(['verify', sink, label, '--read-data', '--json'], { env });
    const findings = jsonLines(verified.stdout).filter(({ type }) => type === 'finding');
    expect(findings.map(({ code }) => code)).toEqual(['manifest-invalid', 'object-missing', 'pack-damaged']);
    for (const { key, olderVersion, message } of findings) {
      expect(harmed).toContain(`ca01/${key}`);
      expect(olderVersion).toEqual({ version: expect.any(String), modifiedAt: expect.any(String) });
      expect(message).toContain('holds the right bytes: a restore reads it');
    }
    expect(jsonLines(verified.stdout)).toContainEqual(
      expect.objectContaining({ type: 'set-verified', verdict: expect.objectContaining({ restorable: 'complete' }) }),
    );
    expect(verified.exitCode).toBe(14);

    const restored = await cli(['restore', sink, label, '--to', join(folder, 'restored'), '--json'], { env });
    expect(restored.stderr).toContain('somebody replaced or deleted 3 objects in the sink: older versions were read');
    const lines = jsonLines(restored.stdout);
    const events = lines.filter(({ type }) => type === 'older-version-read');
    expect(new Set(events.map(({ key }) => `ca01/${key}`))).toEqual(new Set(harmed));
    const { digests } = await ca.report();
    const compared = await compareRestored(restoredFiles(lines), digests, ca.enrollFolder);
    expect(compared).toMatchObject({ differences: [], identical: expect.arrayContaining([expect.anything()]) });
    expect(restored.exitCode).toBe(3);
  });

  it('says that nobody may list older versions, where a right is missing', async () => {
    const place = await filledBucket(access);
    const key = await replace(access, place, /\/pack-/);
    const { exitCode, stderr } = await cli(['restore', place.sink, 'latest', '--to', join(place.folder, 'restored')], {
      env: environmentOf(access.guest),
    });
    expect(stderr).toContain(
      `error: ${key.slice('ca01/'.length)} has another SHA-256 than its manifest says; its older`,
    );
    expect(stderr).toContain("can't list versions of object");
    expect(exitCode).toBe(14);
  });
});
