import { inspect } from 'node:util';
import { AdcsBackupError, type BackupSink, type ErrorCode, objectKey } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { s3Error } from '../src/errors.ts';
import { openScripted, s3Failure, testCredentials } from './scripted-s3.ts';

const key = objectKey('a/b');
const body = new TextEncoder().encode('content');

async function rejectionOf(call: Promise<unknown> | undefined): Promise<AdcsBackupError> {
  const [result] = await Promise.allSettled([call]);
  if (result.status === 'rejected' && AdcsBackupError.is(result.reason)) return result.reason;
  throw new Error(`no AdcsBackupError, but ${inspect(result)}`);
}

const calls: readonly (readonly [string, (sink: BackupSink) => Promise<unknown> | undefined])[] = [
  ['put', (sink) => sink.put(key, body)],
  ['get', (sink) => sink.get(key)],
  ['stat', (sink) => sink.stat(key)],
  ['list', (sink) => sink.list('')[Symbol.asyncIterator]().next()],
  ['delete', (sink) => sink.delete(key)],
  ['versions', (sink) => sink.versions?.(key)],
  ['settings', (sink) => sink.settings?.()],
];

describe('what a server answers', () => {
  it.each<[number, string, ErrorCode, boolean, RegExp]>([
    [404, 'NoSuchBucket', 'invalid-location', false, /Create the bucket/],
    [403, 'InvalidAccessKeyId', 'sink-denied', false, /AWS_ACCESS_KEY_ID/],
    [403, 'SignatureDoesNotMatch', 'sink-denied', false, /AWS_ACCESS_KEY_ID/],
    [400, 'ExpiredToken', 'sink-denied', false, /expired/],
    [403, 'RequestTimeTooSkewed', 'sink-denied', false, /clock/],
    [403, 'QuotaExceeded', 'sink-full', false, /quota/],
    [507, 'InsufficientStorage', 'sink-full', false, /room/],
    [503, 'SlowDown', 'sink-unreachable', true, /busy/],
    [500, 'InternalError', 'sink-unreachable', true, /busy/],
    [429, 'Throttled', 'sink-unreachable', true, /busy/],
    [502, 'WhateverGateway', 'sink-unreachable', true, /busy/],
    [400, 'RequestTimeout', 'sink-unreachable', true, /slow/],
    [400, 'BadDigest', 'integrity-failed', true, /changed between/],
    [400, 'XAmzContentSHA256Mismatch', 'integrity-failed', true, /changed between/],
    [409, 'ConditionalRequestConflict', 'sink-failed', true, /Another put/],
    [413, 'TooBig', 'object-too-large', false, /this size/],
    [407, 'ProxyAuth', 'sink-denied', false, /HTTPS_PROXY/],
    [418, 'Teapot', 'sink-failed', false, /^$/],
    [418, 'constructor', 'sink-failed', false, /^$/],
  ])('%i %s means %s to every call', async (...row) => {
    const [status, name, code, retryable, hint] = row;
    const { sink } = await openScripted(() => s3Failure(status, name));
    for (const [method, call] of calls) {
      const error = await rejectionOf(call(sink));
      expect({ method, code: error.code, retryable: error.retryable }).toEqual({ method, code, retryable });
      expect(error.hint ?? '').toMatch(hint);
      expect(error.message).toMatch(new RegExp(`^can't .*: ${name}: said so$`));
      expect(error.cause).toMatchObject({ name, httpStatusCode: status });
    }
  });

  it('403 means that rights lack, but to settings that they are unknown', async () => {
    const { sink } = await openScripted(() => s3Failure(403, 'AccessDenied'));
    for (const [method, call] of calls.slice(0, -1)) {
      const error = await rejectionOf(call(sink));
      expect({ method, code: error.code, retryable: error.retryable }).toEqual({
        method,
        code: 'sink-denied',
        retryable: false,
      });
      expect(error.hint).toMatch(/s3:PutObject, s3:GetObject and s3:ListBucket/);
    }
  });

  it('a 404 without a word is neither a missing object nor a missing bucket', async () => {
    const { sink } = await openScripted(() => ({ status: 404 }));
    expect((await rejectionOf(sink.get(key))).code).toBe('sink-failed');
    expect((await rejectionOf(sink.stat(key))).code).toBe('sink-failed');
  });

  it('an object in an archive says who put it there', async () => {
    const { sink } = await openScripted(() => s3Failure(403, 'InvalidObjectState'));
    expect(await rejectionOf(sink.get(key))).toMatchObject({
      code: 'sink-failed',
      hint: expect.stringMatching(/lifecycle/),
    });
  });

  it('a put that asks for a lock says that the bucket has none', async () => {
    const { sink } = await openScripted(({ method }) =>
      method === 'PUT' ? s3Failure(400, 'InvalidRequest') : { status: 200, body: listingOfNothing },
    );
    const error = await rejectionOf(sink.put(key, body, { retainUntil: new Date(Date.now() + 60_000) }));
    expect(error).toMatchObject({
      code: 'sink-denied',
      message: "can't lock object a/b: the bucket has no object lock",
    });
    expect((await rejectionOf(sink.put(key, body))).code).toBe('sink-failed');
  });
});

const listingOfNothing = '<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>';

describe('a bucket in another region', () => {
  it.each<[string, number, string, Readonly<Record<string, string>>, string]>([
    ['PermanentRedirect', 301, '', { 'x-amz-bucket-region': 'eu-west-3' }, 'eu-west-3'],
    ['AuthorizationHeaderMalformed', 400, '<Region>eu-west-3</Region>', {}, 'eu-west-3'],
    ['IllegalLocationConstraintException', 400, '', {}, 'another region'],
    ['TemporaryRedirect', 307, '', {}, 'another region'],
  ])('is named after %s', async (...row) => {
    const [name, status, more, headers, named] = row;
    const { sink } = await openScripted(() => {
      const failure = s3Failure(status, name, more);
      return { ...failure, headers: { ...failure.headers, ...headers } };
    });
    const error = await rejectionOf(sink.get(key));
    expect(error).toMatchObject({ code: 'invalid-location', retryable: false, hint: expect.stringContaining(named) });
  });

  it('is no matter where the credentials are malformed', async () => {
    const { sink } = await openScripted(() => s3Failure(400, 'AuthorizationHeaderMalformed'));
    expect((await rejectionOf(sink.get(key))).code).toBe('sink-denied');
  });
});

describe('errors of the connection', () => {
  it.each<[string, boolean, RegExp]>([
    ['ECONNREFUSED', true, /endpoint/],
    ['ECONNRESET', true, /broke/],
    ['ENOTFOUND', true, /name servers/],
    ['ERR_PROXY_TUNNEL', true, /HTTPS_PROXY/],
    ['SELF_SIGNED_CERT_IN_CHAIN', false, /--ca-file/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', false, /--ca-file/],
    ['CERT_HAS_EXPIRED', false, /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, /another name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', false, /scheme and port/],
  ])('%s is sink-unreachable, retryable: %s', (code, retryable, hint) => {
    const plain = Object.assign(new Error('it failed'), { code });
    const wrapped = new Error('while asking', { cause: plain });
    // What Node makes of a name with several addresses.
    const several = Object.assign(new AggregateError([plain], ''), { code });
    for (const error of [plain, wrapped, several, new AggregateError([plain], '')]) {
      const found = s3Error("can't read object a", error);
      expect(found).toMatchObject({ code: 'sink-unreachable', retryable, hint: expect.stringMatching(hint) });
      expect(found.message).toMatch(/^can't read object a: (it failed|while asking)$/);
      expect(found.cause).toBeInstanceOf(Error);
    }
  });

  it('tells a scheme that does not fit the port', async () => {
    const { sink } = await openScripted(() => ({ status: 200 }), { query: '' });
    const { openS3Sink } = await import('../src/index.ts');
    const secure = await openS3Sink(sink.location.replace('http:', 'https:'), { credentials: testCredentials });
    const error = await rejectionOf(secure.get(key));
    await secure[Symbol.asyncDispose]();
    expect(error).toMatchObject({
      code: 'sink-unreachable',
      retryable: false,
      hint: expect.stringMatching(/scheme and port/),
    });
  });

  it('knows what the SDK says of a missing region, and of a wait that was too long', () => {
    expect(s3Error("can't list", new Error('Region is missing'))).toMatchObject({ code: 'invalid-location' });
    const late = Object.assign(new Error('too late'), { name: 'TimeoutError' });
    expect(s3Error("can't list", late)).toMatchObject({ code: 'sink-unreachable', retryable: true });
  });

  it('takes what is unknown, and no error at all, for final', () => {
    for (const odd of [new Error('odd'), 'odd', undefined]) {
      expect(s3Error("can't list", odd)).toMatchObject({ code: 'sink-failed', retryable: false });
    }
  });
});
