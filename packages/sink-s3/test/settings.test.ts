import type { SinkSetting } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { clockSetting, transportSettings } from '../src/connection-settings.ts';
import { credentialsSetting } from '../src/credentials-setting.ts';
import { type Answer, openScripted, s3Failure, testCredentials } from './scripted-s3.ts';

interface Answers {
  readonly versioning?: Answer;
  readonly lock?: Answer;
  readonly lifecycle?: Answer;
  readonly encryption?: Answer;
}

const ok = (body: string): Answer => ({ status: 200, body });
const notSetUp: Required<Answers> = {
  versioning: ok('<VersioningConfiguration/>'),
  lock: s3Failure(404, 'ObjectLockConfigurationNotFoundError'),
  lifecycle: s3Failure(404, 'NoSuchLifecycleConfiguration'),
  encryption: s3Failure(404, 'ServerSideEncryptionConfigurationNotFoundError'),
};

/** By name, for a bucket that answers so. */
async function settingsOf(answers: Answers): Promise<ReadonlyMap<string, SinkSetting>> {
  const all = { ...notSetUp, ...answers };
  const { sink } = await openScripted(({ path }) => {
    if (path.includes('?versioning')) return all.versioning;
    if (path.includes('?object-lock')) return all.lock;
    return path.includes('?lifecycle') ? all.lifecycle : all.encryption;
  });
  return new Map((await sink.settings?.())?.map((setting) => [setting.name, setting]));
}

describe('the settings of a bucket', () => {
  it('are off where nothing is set up', async () => {
    const found = await settingsOf({});
    expect([...found.values()].map(({ name, state }) => `${name} ${state}`)).toEqual([
      'credentials on',
      'versioning off',
      'lock off',
      'lifecycle off',
      'encryption off',
      'clock on',
    ]);
  });

  it('are read where they are set up', async () => {
    const found = await settingsOf({
      versioning: ok('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
      lock: ok(
        '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
      ),
      lifecycle: ok(
        '<LifecycleConfiguration><Rule><ID>clean-up</ID><Status>Enabled</Status><Filter><Prefix>ca</Prefix></Filter><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>',
      ),
      encryption: ok(
        '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
      ),
    });
    expect(found.get('versioning')).toMatchObject({ state: 'on' });
    expect(found.get('lock')).toMatchObject({
      state: 'on',
      message: expect.stringMatching(/each for 30 days \(GOVERNANCE\)/),
    });
    expect(found.get('lifecycle')).toMatchObject({ state: 'on', warning: expect.stringMatching(/"clean-up" deletes/) });
    expect(found.get('encryption')).toMatchObject({ state: 'on', message: expect.stringMatching(/aws:kms/) });
  });

  it('tell a lock without a period of its own, and one of years', async () => {
    const lock = (rule: string): Answer =>
      ok(`<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`);
    const years = '<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>7</Years></DefaultRetention></Rule>';
    expect((await settingsOf({ lock: lock('') })).get('lock')?.message).toMatch(/none of its own accord/);
    expect((await settingsOf({ lock: lock(years) })).get('lock')?.message).toMatch(/each for 7 years \(COMPLIANCE\)/);
    const empty = await settingsOf({
      lock: ok('<ObjectLockConfiguration/>'),
      lifecycle: ok('<LifecycleConfiguration/>'),
    });
    expect(empty.get('lock')?.state).toBe('off');
    expect(empty.get('lifecycle')?.state).toBe('off');
  });

  it.each([
    s3Failure(403, 'AccessDenied'),
    s3Failure(501, 'NotImplemented'),
    s3Failure(405, 'MethodNotAllowed'),
    { status: 501 },
  ])('are unknown where nobody tells: $status', async (answer) => {
    const found = await settingsOf({ versioning: answer, lock: answer, lifecycle: answer, encryption: answer });
    const unknown = [...found.values()].filter(({ state }) => state === 'unknown').map(({ name }) => name);
    expect(unknown).toEqual(['versioning', 'lock', 'lifecycle', 'encryption']);
  });

  it('are an error where the bucket is missing', async () => {
    await expect(settingsOf({ lock: s3Failure(404, 'NoSuchBucket') })).rejects.toMatchObject({
      code: 'invalid-location',
    });
  });
});

describe('credentialsSetting', () => {
  const expiration = new Date('2027-01-02T03:04:05Z');

  it.each<[object | undefined, RegExp]>([
    [undefined, /^given by the program; they do not expire$/],
    [{ CREDENTIALS_CODE: 'e' }, /^given by the program/],
    [{ CREDENTIALS_ENV_VARS: 'g' }, /^from the environment/],
    [{ CREDENTIALS_PROFILE: 'n' }, /^from a profile/],
    [{ CREDENTIALS_PROFILE_PROCESS: 'v', CREDENTIALS_PROCESS: 'w' }, /^from a credential_process/],
    [{ CREDENTIALS_PROFILE_SSO: 'r', CREDENTIALS_SSO: 's' }, /^from a login of a user/],
    [{ CREDENTIALS_IMDS: '0' }, /^from the role of this machine/],
    [{ CREDENTIALS_HTTP: 'z' }, /^from a local service/],
    [{ CREDENTIALS_PROFILE_SOURCE_PROFILE: 'o', CREDENTIALS_STS_ASSUME_ROLE: 'i' }, /^from a role/],
    [{ CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: 'k' }, /^from a web identity/],
  ])('tells where %o are from', ($source, message) => {
    const setting = credentialsSetting({ ...($source === undefined ? {} : { $source }) });
    expect(setting).toMatchObject({ name: 'credentials', state: 'on', message: expect.stringMatching(message) });
    expect(setting.warning).toBeUndefined();
  });

  it('tells when they expire, and warns where nobody renews them', () => {
    const session = credentialsSetting({ sessionToken: 'canary', $source: { CREDENTIALS_ENV_VARS: 'g' } });
    expect(session).toMatchObject({
      message: expect.stringMatching(/expire at an unknown time$/),
      warning: expect.stringMatching(/Nobody renews/),
    });
    const process = credentialsSetting({ expiration, $source: { CREDENTIALS_PROFILE_PROCESS: 'v' } });
    expect(process.message).toMatch(/expire at 2027-01-02T03:04:05.000Z and are renewed$/);
    expect(process.warning).toBeUndefined();
    expect(JSON.stringify(session)).not.toMatch(/canary/);
  });

  it('is told for the credentials that the SDK found', async () => {
    const found = await settingsOf({});
    expect(found.get('credentials')?.message).toMatch(/^given by the program; temporary/);
    expect(JSON.stringify([...found])).not.toContain(testCredentials.secretAccessKey);
  });
});

describe('the way to the server', () => {
  it.each([
    [0, /0 seconds ahead of/, undefined],
    [-90_000, /90 seconds behind/, undefined],
    [6 * 60_000, /360 seconds ahead of/, /Set the clock/],
    [-6 * 60_000, /360 seconds behind/, /Set the clock/],
  ])('tells of clocks that are %i ms apart', (apartMs, message, warning) => {
    const [setting] = clockSetting(
      { date: 'Sun, 22 Nov 2026 08:00:00 GMT' },
      new Date(Date.UTC(2026, 10, 22, 8) + apartMs),
    );
    expect(setting?.message).toMatch(message);
    if (warning === undefined) expect(setting?.warning).toBeUndefined();
    else expect(setting?.warning).toMatch(warning);
  });

  it('tells nothing of a clock that the server does not show', () => {
    expect(clockSetting({}, new Date())).toEqual([]);
  });

  it('warns of connections that others can read', () => {
    expect(transportSettings('http://s3.example.com')).toMatchObject([
      { name: 'transport', state: 'off', warning: expect.stringMatching(/https/) },
    ]);
    for (const fine of [
      undefined,
      'https://s3.example.com',
      'http://localhost:9000',
      'http://127.0.0.1:9',
      'http://[::1]:9',
    ]) {
      expect(transportSettings(fine)).toEqual([]);
    }
  });
});
