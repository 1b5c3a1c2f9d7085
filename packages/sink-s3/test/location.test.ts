import { describe, expect, it, onTestFinished } from 'vitest';
import { openS3Sink, type S3Location, s3Location, sinkPlugin } from '../src/index.ts';

const base: S3Location = {
  bucket: 'pki-backups',
  prefix: '',
  region: undefined,
  endpoint: undefined,
  forcePathStyle: false,
  storageClass: undefined,
  sse: undefined,
  kmsKey: undefined,
  text: '',
};

describe('s3Location', () => {
  it.each<[string, Partial<S3Location>]>([
    ['s3://pki-backups', {}],
    ['s3://pki-backups/', {}],
    ['s3://pki-backups/ca01', { prefix: 'ca01/' }],
    ['s3://pki-backups/a/b_c/', { prefix: 'a/b_c/' }],
    ['S3://pki-backups?region=eu-central-1', { region: 'eu-central-1' }],
    [
      's3://pki-backups?endpoint=https://s3.example.com:9000',
      { endpoint: 'https://s3.example.com:9000', forcePathStyle: true },
    ],
    [
      's3://pki-backups?endpoint=https%3A%2F%2Fs3.example.com',
      { endpoint: 'https://s3.example.com', forcePathStyle: true },
    ],
    [
      's3://pki-backups?endpoint=http://s3.example.com/v1&force-path-style=false',
      { endpoint: 'http://s3.example.com/v1' },
    ],
    ['s3://pki-backups?force-path-style=true', { forcePathStyle: true }],
    ['s3://pki-backups?storage-class=STANDARD_IA', { storageClass: 'STANDARD_IA' }],
    ['s3://pki-backups?sse=AES256', { sse: 'AES256' }],
    ['s3://pki-backups?sse=aws:kms&kms-key=alias/backup', { sse: 'aws:kms', kmsKey: 'alias/backup' }],
    ['s3://pki-backups?sse=aws:kms:dsse&kms-key=alias/backup', { sse: 'aws:kms:dsse', kmsKey: 'alias/backup' }],
  ])('reads %s', (text, parts) => {
    const url = new URL(text);
    expect(s3Location(url)).toEqual({ ...base, text: url.href, ...parts });
  });

  it.each([
    ['https://pki-backups/ca01', /is not a bucket/, /s3:\/\/bucket/],
    ['s3:pki-backups', /not the name of a bucket/, /s3:\/\/bucket/],
    ['s3://ab', /3 to 63 characters/, /s3:\/\/bucket/],
    [`s3://${'a'.repeat(64)}`, /3 to 63 characters/, /s3:\/\/bucket/],
    ['s3://Pki-Backups', /a-z 0-9/, /s3:\/\/bucket/],
    ['s3://-pki', /begins and ends/, /s3:\/\/bucket/],
    ['s3://pki..backups', /two dots/, /s3:\/\/bucket/],
    ['s3://10.0.0.1', /IP address/, /s3:\/\/bucket/],
    ['s3://pki--use1-az5--x-s3', /S3 Express/, /s3:\/\/bucket/],
    ['s3://pki-backups:443/ca01', /port or a fragment/, /s3:\/\/bucket/],
    ['s3://pki-backups/ca01#x', /port or a fragment/, /s3:\/\/bucket/],
    ['s3://pki-backups//ca01', /prefix of keys/, /single slashes/],
    ['s3://pki-backups/ca%2001', /prefix of keys/, /single slashes/],
    ['s3://pki-backups/con', /prefix of keys/, /single slashes/],
    ['s3://pki-backups?region=', /region without a value/, /value/],
    ['s3://pki-backups?region=a&region=b', /region twice/, /once/],
    ['s3://pki-backups?region=a/b', /region of the s3: URL/, /must match/],
    ['s3://pki-backups?regoin=eu', /"regoin"/, /Did you mean region\?/],
    ['s3://pki-backups?forcePathStyle=true', /"forcePathStyle"/, /Did you mean force-path-style\?/],
    ['s3://pki-backups?wholly-different=x', /"wholly-different"/, /^Known: region, endpoint/],
    ['s3://pki-backups?endpoint=s3.example.com', /no http or https URL/, /https:\/\/s3.example.com:9000/],
    ['s3://pki-backups?endpoint=ftp://s3.example.com', /no http or https URL/, /https:\/\/s3.example.com:9000/],
    ['s3://pki-backups?endpoint=https://s3.example.com/?a=b', /query or a fragment/, /https:\/\/s3.example.com:9000/],
    ['s3://pki-backups?force-path-style=yes', /force-path-style/, /true\|false/],
    ['s3://pki-backups?storage-class=DEEP_ARCHIVE', /without restoring it/, /GLACIER_IR/],
    ['s3://pki-backups?storage-class=a b', /storage-class/, /must match/],
    ['s3://pki-backups?sse=des', /sse of the s3: URL/, /aws:kms/],
    ['s3://pki-backups?kms-key=alias/backup', /kms-key without sse/, /sse=aws:kms/],
  ])('refuses %s with a remedy', (text, message, hint) => {
    expect(() => s3Location(new URL(text))).toThrowError(
      expect.objectContaining({
        code: 'invalid-location',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  it.each([
    's3://AKID:canary-secret@pki-backups/ca01',
    's3://canary-secret@pki-backups/ca01',
    's3://pki-backups?endpoint=https://AKID:canary-secret@s3.example.com',
    's3://pki-backups?secret=canary-secret',
  ])('refuses credentials in a URL, and does not repeat them: %s', (text) => {
    expect(() => s3Location(new URL(text))).toThrowError(
      expect.objectContaining({ code: 'invalid-location', message: expect.not.stringMatching(/canary/) }),
    );
  });
});

describe('the S3 plug-in', () => {
  it('opens the bucket that an s3: URL names, and asks no server', async () => {
    const text = 's3://pki-backups/ca01?endpoint=http://127.0.0.1:9';
    const sink = await sinkPlugin.open(new URL(text));
    onTestFinished(() => sink[Symbol.asyncDispose]());
    expect(sink.location).toBe(text);
    expect(sinkPlugin.schemes).toEqual(['s3']);
    expect(sink.supports).toEqual({ retention: true, versions: true, pacing: true });
  });

  it('refuses what is no URL of a bucket', async () => {
    await expect(openS3Sink('pki-backups')).rejects.toMatchObject({ code: 'invalid-location' });
    await expect(openS3Sink('https://pki-backups')).rejects.toMatchObject({ code: 'invalid-location' });
  });
});
