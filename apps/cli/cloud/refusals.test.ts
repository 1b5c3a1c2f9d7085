import { describeWithAzurite, describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { expect, it } from 'vitest';
import { newCloudPlace } from './cloud-place.ts';
import { type CloudSink, newBucket, newContainer } from './cloud-sink.ts';
import { backUpHarmed, errorAnswer, newProxy } from './harm.ts';

/** What servers refuse, at once and with a hint that helps. */

const canary = 'CANARYsessiontoken';

/** A refused backup. @returns what people read, hint included */
async function refused(store: CloudSink, told: object): Promise<string> {
  const place = await newCloudPlace(store);
  const run = await backUpHarmed(place, store);
  expect(run.told).toEqual(told);
  expect(run.lines).not.toContainEqual(expect.objectContaining({ type: 'sink-retried' }));
  expect([...(await store.objects()).keys()].filter((key) => !key.endsWith('/begin.json'))).toEqual([]);
  return run.stderr;
}

const denied = { exitCode: 13, error: 'sink-denied' };
const wrongPlace = { exitCode: 2, error: 'invalid-location' };

describeWithCeph('S3 refuses', (access) => {
  it('a put without the right to put', async () => {
    const store = await newBucket(access, { guestMay: ['s3:GetObject', 's3:ListBucket'] });
    expect(await refused(store, denied)).toContain('s3:PutObject');
  });

  it('a listing without the right to list, before the CA is asked for anything', async () => {
    const store = await newBucket(access, { guestMay: ['s3:PutObject', 's3:GetObject'] });
    expect(await refused(store, denied)).toContain('s3:ListBucket');
  });

  it('a bucket that is not there', async () => {
    const store = await newBucket(access);
    const url = store.url.replace('s3://', 's3://not-');
    expect(await refused({ ...store, url }, wrongPlace)).toContain('Create the bucket');
  });

  it('a wrong secret and an unknown key', async () => {
    const store = await newBucket(access);
    for (const wrong of [{ AWS_SECRET_ACCESS_KEY: canary }, { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' }]) {
      const env = { ...store.env, ...wrong };
      expect(await refused({ ...store, env, secrets: [...store.secrets, canary] }, denied)).toContain(
        'AWS_ACCESS_KEY_ID',
      );
    }
  });

  it('expired credentials, whose token the answer repeats', async () => {
    const proxy = await newProxy(access.endpoint);
    const store = await newBucket(access, proxy);
    proxy.add({ fault: errorAnswer(400, 'ExpiredToken', `<Token-0>${canary}</Token-0>`) });
    const env = { ...store.env, AWS_SESSION_TOKEN: canary };
    expect(await refused({ ...store, env, secrets: [...store.secrets, canary] }, denied)).toContain('expired');
    expect(proxy.seen[0]?.headers['x-amz-security-token']).toBe(canary);
  });

  it('a clock that is an hour off', async () => {
    const store = await newBucket(access);
    const env = { ...store.env, NODE_OPTIONS: `--import=${new URL('fixtures/clock-ahead.ts', import.meta.url)}` };
    expect(await refused({ ...store, env }, denied)).toContain('clock');
  });
});

describeWithAzurite('Azure Blob refuses', (access) => {
  it('a put without the right to create', async () => {
    const store = await newContainer(access, { rights: 'rl' });
    expect(await refused(store, denied)).toMatch(/^hint: /m);
  });

  it('a listing without the right to list, before the CA is asked for anything', async () => {
    const store = await newContainer(access, { rights: 'rc' });
    expect(await refused(store, denied)).toMatch(/^hint: /m);
  });

  it('a container that is not there', async () => {
    const store = await newContainer(access);
    const url = store.url.replace('/cli-', '/not-');
    expect(await refused({ ...store, url }, wrongPlace)).toContain('Create the container');
  });

  it('a wrong key', async () => {
    const store = await newContainer(access);
    const wrong = Buffer.from('CANARY'.repeat(11)).toString('base64');
    const env = { AZURE_STORAGE_KEY: wrong };
    expect(await refused({ ...store, env, secrets: [...store.secrets, wrong] }, denied)).toMatch(/^hint: /m);
  });

  it('a signature that has expired', async () => {
    const store = await newContainer(access, { rights: 'rcl', expiresOn: new Date(Date.now() - 3_600_000) });
    expect(await refused(store, denied)).toMatch(/^hint: /m);
  });

  it('both in the words of Azure itself, which differ, with what it repeats of the request', async () => {
    const proxy = await newProxy(access.endpoint);
    const store = await newContainer(access, proxy);
    const detail = `The MAC signature found in the HTTP request '${canary}' is not the same as any computed signature.`;
    const details = `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
    proxy.add({ fault: errorAnswer(403, 'AuthenticationFailed', details) });
    expect(await refused({ ...store, secrets: [...store.secrets, canary] }, denied)).toContain(
      'key or signature is wrong',
    );
  });
});
