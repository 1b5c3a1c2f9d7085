import { hash } from 'node:crypto';
import { objectKey, type PutOptions } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { type Asked, emptyBucket, listing, openScripted } from './scripted-s3.ts';

const key = objectKey('sets/a.json');
const body = new TextEncoder().encode('content');

async function putWith(query: string, options: PutOptions = {}): Promise<Asked> {
  const { sink, asked } = await openScripted(emptyBucket(), { query });
  await sink.put(key, body, options);
  const put = asked.find(({ method }) => method === 'PUT');
  if (put === undefined) throw new Error('nothing was put');
  return put;
}

describe('what is sent', () => {
  it('puts with the condition, the length, and the digest in a header that is signed', async () => {
    const { path, headers, body: sent } = await putWith('');
    expect(path).toBe('/bucket/ca01/sets/a.json?x-id=PutObject');
    expect(Buffer.compare(sent, body)).toBe(0);
    expect(headers).toMatchObject({
      'if-none-match': '*',
      'content-length': '7',
      'x-amz-sdk-checksum-algorithm': 'SHA256',
      'x-amz-checksum-sha256': hash('sha256', body, 'base64'),
      'x-amz-content-sha256': hash('sha256', body, 'hex'),
      authorization: expect.stringMatching(/eu-test-1\/s3.*SignedHeaders=[^,]*x-amz-content-sha256/),
    });
    for (const absent of [
      'expect',
      'transfer-encoding',
      'x-amz-trailer',
      'x-amz-object-lock-mode',
      'x-amz-storage-class',
    ]) {
      expect(headers).not.toHaveProperty(absent);
    }
  });

  it('asks for the storage class and encryption of the URL', async () => {
    const { headers } = await putWith('&storage-class=STANDARD_IA&sse=aws:kms&kms-key=alias/backup');
    expect(headers).toMatchObject({
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/backup',
    });
  });

  it('asks for the checksum with each get, and for a part by its first and last byte', async () => {
    const { sink, asked } = await openScripted(() => ({
      status: 206,
      headers: { etag: '"x"', 'content-range': 'bytes 2-4/7' },
      body: 'nte',
    }));
    await sink.get(key, { range: { offset: 2, length: 3 }, version: 'v1' });
    expect(asked[0]?.path).toBe('/bucket/ca01/sets/a.json?versionId=v1&x-id=GetObject');
    expect(asked[0]?.headers).toMatchObject({ range: 'bytes=2-4', 'x-amz-checksum-mode': 'ENABLED' });
  });

  it('asks once, and leaves retries to the caller', async () => {
    const { sink, asked } = await openScripted(() => ({ status: 503 }));
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'sink-unreachable', retryable: true });
    expect(asked).toHaveLength(1);
  });

  it('reads pages up to the last one', async () => {
    const { sink, asked } = await openScripted(({ path }) =>
      path.includes('continuation-token=more') ? listing(['ca01/b', 'ca01/c']) : listing(['ca01/', 'ca01/a'], 'more'),
    );
    const keys: string[] = [];
    for await (const object of sink.list('')) keys.push(object.key);
    expect(keys).toEqual(['a', 'b', 'c']);
    expect(asked).toHaveLength(2);
  });
});
