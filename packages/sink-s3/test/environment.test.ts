import { objectKey } from '@adcs-backup/core/sink';
import { rejectsWith } from '@adcs-backup/sink-conformance';
import { expect, it, onTestFinished, vi } from 'vitest';
import { s3Client } from '../src/client.ts';
import { openS3Sink, s3Location } from '../src/index.ts';
import { testCredentials } from './scripted-s3.ts';

/** What the SDK finds in the environment, and what is said where it finds nothing. */

/** No credentials, no region, no files, nobody to ask on the network. */
function useBareEnvironment(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function readFrom(location: string, credentials?: typeof testCredentials): Promise<Uint8Array> {
  const sink = await openS3Sink(location, credentials === undefined ? {} : { credentials });
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return await sink.get(objectKey('a'));
}

it('says how to give credentials where there are none', async () => {
  useBareEnvironment();
  const error = await rejectsWith(readFrom('s3://bucket?endpoint=http://127.0.0.1:9'), 'sink-denied', /credentials/);
  expect(error.hint).toMatch(/AWS_ACCESS_KEY_ID.*AWS_PROFILE.*credential_process/);
  expect(error.retryable).toBe(false);
});

it('says how to give a region where there is none', async () => {
  useBareEnvironment();
  const error = await rejectsWith(readFrom('s3://bucket', testCredentials), 'invalid-location', /[Rr]egion/);
  expect(error.hint).toMatch(/region=.*AWS_REGION/);
});

it('takes credentials from the environment, and tells so', async () => {
  useBareEnvironment();
  vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey);
  const client = s3Client(s3Location(new URL('s3://bucket?endpoint=http://127.0.0.1:9')), undefined);
  expect(await client.config.credentials()).toHaveProperty('$source.CREDENTIALS_ENV_VARS');
});

it.each([
  [{ AWS_REGION: 'eu-env-1', AWS_DEFAULT_REGION: 'eu-env-2' }, 'eu-env-1'],
  [{ AWS_DEFAULT_REGION: 'eu-env-2' }, 'eu-env-2'],
  [{}, 'us-east-1'],
])('takes the region from %o where only an endpoint is given', async (variables, region) => {
  useBareEnvironment();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const location = s3Location(new URL('s3://bucket?endpoint=http://127.0.0.1:9'));
  expect(await s3Client(location, testCredentials).config.region()).toBe(region);
});
