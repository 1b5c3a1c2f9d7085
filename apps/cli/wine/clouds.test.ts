import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { type CloudSink, newBucket, newContainer } from '../cloud/cloud-sink.ts';
import { jsonLines } from '../test/run-cli.ts';
import { adcsBackup, newCa } from './windows.ts';

/** The executable brings the SDKs of both clouds, and talks to their servers as a Windows process. */

describeWithCeph('S3', (access) => {
  it('takes a backup that is verified', () => backUpTo(newBucket(access)));
});

describeWithAzurite('Azure Blob', (access) => {
  it('takes a backup that is verified', () => backUpTo(newContainer(access)));
});

async function backUpTo(opened: Promise<CloudSink>): Promise<void> {
  await newCa();
  const { url, env } = await opened;
  const backup = await adcsBackup(['backup', url, '--type', 'full', '--json'], { env });
  expect(backup.code, backup.stderr).toBe(0);
  expect(jsonLines(backup.stdout)).toContainEqual(expect.objectContaining({ type: 'set-sealed', sound: true }));
  const verify = await adcsBackup(['verify', url, '--read-data', '--ese'], { env });
  expect(verify.code, `${verify.stdout}${verify.stderr}`).toBe(0);
}
