import { inspect } from 'node:util';
import { AdcsBackupError, objectKey } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { cleanCause, plainText } from '../src/cause.ts';
import { openScripted, s3Failure, testCredentials } from './scripted-s3.ts';

const canary = /canary/;

describe('what is kept of an error', () => {
  it('shows no credential, though the server repeats what was signed', async () => {
    const echo = `<StringToSign>x-amz-security-token:${testCredentials.sessionToken}</StringToSign><AWSAccessKeyId>canary-id</AWSAccessKeyId>`;
    const { sink, asked } = await openScripted(() => s3Failure(403, 'SignatureDoesNotMatch', echo));
    const [result] = await Promise.allSettled([sink.get(objectKey('a'))]);
    expect(asked[0]?.headers['x-amz-security-token']).toMatch(canary);
    expect(AdcsBackupError.is(result.status === 'rejected' && result.reason, 'sink-denied')).toBe(true);
    const shown = inspect(result, { depth: 20, showHidden: true });
    expect(shown).toContain('SignatureDoesNotMatch');
    expect(shown).not.toMatch(canary);
  });

  it('is text, also where the server says everything twice', async () => {
    const twice = '<Code>SlowDown</Code><Message>said again</Message>';
    const { sink } = await openScripted(() => s3Failure(503, 'SlowDown', twice));
    const [result] = await Promise.allSettled([sink.get(objectKey('a'))]);
    expect(result).toMatchObject({ reason: { code: 'sink-unreachable', retryable: true } });
    expect(inspect(result, { depth: 20 })).toContain('said so');
  });

  it('keeps name, message, facts and stack, down to the first cause', () => {
    const first = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', port: 443 });
    const copy = cleanCause(
      Object.assign(new TypeError('no way', { cause: first }), { $response: 'canary', secret: 'canary' }),
    );
    expect(copy).toMatchObject({ name: 'TypeError', message: 'no way' });
    expect(copy.cause).toMatchObject({ message: 'refused', code: 'ECONNREFUSED', port: 443 });
    expect(copy.stack).toContain('cause.test.ts');
    expect(inspect(copy, { showHidden: true, depth: 20 })).not.toMatch(canary);
  });

  it('ends where causes go round', () => {
    const one = new Error('one');
    one.cause = new Error('two', { cause: one });
    expect(inspect(cleanCause(one), { depth: 20 }).match(/two/g)?.length).toBeLessThan(10);
  });

  it('keeps what is no error as text', () => {
    expect(cleanCause('just a text').message).toBe('just a text');
  });
});

describe('plainText', () => {
  it('leaves out what a credential process was called with, and what it printed', () => {
    expect(plainText('Command failed: fetch --password canary\ncanary printed')).toBe('the command failed');
  });

  it('says in words what OpenSSL says in its own way', () => {
    const text =
      'write EPROTO C07C:error:0A00010B:SSL routines:tls_validate:wrong version number:../ssl/tlsany_meth.c:77:\n';
    expect(plainText(text)).toBe('TLS failed: wrong version number');
  });

  it('is one line without control characters, and not too long', () => {
    expect(plainText('a\u001b[31mb\nc')).toBe('a [31mb');
    expect(plainText('x'.repeat(5000))).toHaveLength(400);
  });
});
