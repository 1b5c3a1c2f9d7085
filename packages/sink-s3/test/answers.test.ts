import { hash } from 'node:crypto';
import { type ObjectVersion, objectKey } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { type Answer, emptyBucket, listing, openScripted, s3Failure } from './scripted-s3.ts';

const key = objectKey('a/b');
const content = Buffer.from('content');
const md5 = `"${hash('md5', content, 'hex')}"`;
const otherMd5 = `"${hash('md5', 'other', 'hex')}"`;
const sha256 = hash('sha256', content, 'base64');
const wrongSha256 = hash('sha256', 'other', 'base64');
const errorBody = String(s3Failure(200, 'InternalError').body);

async function getFrom(answer: Answer): Promise<Uint8Array> {
  const { sink } = await openScripted(() => answer);
  return await sink.get(key);
}

describe('answers to a put that are no success', () => {
  it.each<[string, Answer]>([
    ['an error as its body', { status: 200, headers: { etag: md5 }, body: errorBody }],
    ['a greeting as its body', { status: 200, headers: { etag: md5 }, body: 'Welcome to the network' }],
    ['no ETag', { status: 200 }],
    ['another checksum than was sent', { status: 200, headers: { etag: md5, 'x-amz-checksum-sha256': wrongSha256 } }],
  ])('notices 200 with %s', async (_, answer) => {
    const { sink } = await openScripted((asked) => (asked.method === 'PUT' ? answer : emptyBucket()(asked)));
    await expect(sink.put(key, content)).rejects.toMatchObject({ code: 'sink-unreachable', retryable: true });
  });

  it('takes the time of the put from the answer, or from this machine', async () => {
    const at = 'Sun, 22 Nov 2026 08:00:00 GMT';
    const bucket = emptyBucket();
    const { sink } = await openScripted((asked) => {
      const answer = bucket(asked);
      return answer && { ...answer, headers: { ...answer.headers, date: asked.path.includes('a/b') ? at : 'odd' } };
    });
    expect((await sink.put(key, content)).modifiedAt).toEqual(new Date(at));
    const apartMs = Math.abs((await sink.put(objectKey('c'), content)).modifiedAt.getTime() - Date.now());
    expect(apartMs).toBeLessThan(60_000);
  });
});

describe('answers to a get', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['its SHA-256', { etag: otherMd5, 'x-amz-checksum-sha256': sha256 }],
    ['its MD5 as ETag', { etag: md5 }],
    ['an ETag that is no MD5: of parts', { etag: '"00000000000000000000000000000000-2"' }],
    ['a checksum of parts', { etag: md5, 'x-amz-checksum-sha256': `${wrongSha256}-2` }],
    ['an ETag that is no MD5: encrypted by a key', { etag: otherMd5, 'x-amz-server-side-encryption': 'aws:kms' }],
    [
      "an ETag that is no MD5: encrypted by the customer's key",
      { etag: otherMd5, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    ],
  ])('gives what fits %s', async (_, headers) => {
    expect(Buffer.from(await getFrom({ status: 200, headers, body: content })).toString()).toBe('content');
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['the SHA-256', { etag: md5, 'x-amz-checksum-sha256': wrongSha256 }],
    ['the MD5', { etag: otherMd5 }],
    ["the MD5, encrypted by the server's key", { etag: otherMd5, 'x-amz-server-side-encryption': 'AES256' }],
  ])('refuses what does not fit %s, and may be asked again', async (_, headers) => {
    const got = getFrom({ status: 200, headers, body: content });
    await expect(got).rejects.toMatchObject({ code: 'integrity-failed', retryable: true });
  });

  it('takes damage that it finds twice for final', async () => {
    const fine: Answer = { status: 200, headers: { etag: md5 }, body: content };
    const damaged: Answer = { status: 200, headers: { etag: otherMd5 }, body: content };
    const answers = [damaged, fine, damaged, damaged];
    const { sink } = await openScripted(() => answers.shift() ?? s3Failure(400, 'NothingLeft'));
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'integrity-failed', retryable: true });
    await sink.get(key);
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'integrity-failed', retryable: true });
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'integrity-failed', retryable: false });
  });

  it.each<[string, Answer]>([
    ['an error as its body', { status: 200, body: errorBody }],
    ['no length', { status: 200, headers: { etag: md5, 'transfer-encoding': 'chunked' }, body: content }],
  ])('notices 200 with %s', async (_, answer) => {
    await expect(getFrom(answer)).rejects.toMatchObject({ code: 'sink-unreachable', retryable: true });
  });

  it('notices a whole object where a part was asked for', async () => {
    const { sink } = await openScripted(() => ({ status: 200, headers: { etag: md5 }, body: content }));
    const got = sink.get(key, { range: { offset: 0, length: 3 } });
    await expect(got).rejects.toMatchObject({
      code: 'sink-unreachable',
      message: expect.stringMatching(/instead of a part/),
    });
  });

  it('reads nothing of an object that is too large', async () => {
    const { sink } = await openScripted(() => ({ status: 200, headers: { etag: md5 }, body: Buffer.alloc(4_000_000) }));
    await expect(sink.get(key, { maxBytes: 3_999_999 })).rejects.toMatchObject({
      code: 'object-too-large',
      message: 'object a/b: 4000000 bytes, at most 3999999 are allowed',
    });
  });
});

describe('answers to a listing that are none', () => {
  it.each<[string, Answer, RegExp]>([
    ['an error', { status: 200, body: errorBody }, /InternalError/],
    ['nothing', { status: 200 }, /./],
    ['what is no XML', { status: 200, body: 'Welcome to the network' }, /./],
    ['keys in no order', listing(['ca01/b', 'ca01/a']), /in no order/],
    ['a key twice', listing(['ca01/a', 'ca01/a']), /in no order/],
    ['a page that is not the last, with an empty token', listing(['ca01/a'], ''), /no token/],
    [
      'a page that is not the last, without a token',
      { status: 200, body: '<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated></ListBucketResult>' },
      /no token/,
    ],
  ])('notices 200 with %s', async (_, answer, message) => {
    const { sink } = await openScripted(() => answer);
    const read = async (): Promise<void> => {
      for await (const _object of sink.list(''));
    };
    await expect(read()).rejects.toMatchObject({
      code: expect.stringMatching(/^sink-/),
      message: expect.stringMatching(message),
    });
  });

  it('leaves out what is no object of a sink', async () => {
    const { sink } = await openScripted(() => listing(['ca01/', 'ca01/a b', 'ca01/c']));
    const keys: string[] = [];
    for await (const object of sink.list('')) keys.push(object.key);
    expect(keys).toEqual(['c']);
  });
});

describe('answers to a listing of versions', () => {
  const version = (name: string, id: string): string =>
    `<Version><Key>ca01/${name}</Key><VersionId>${id}</VersionId><Size>3</Size><LastModified>2026-11-22T08:00:00.000Z</LastModified></Version>`;
  const page = (versions: string, more: string): Answer => ({
    status: 200,
    body: `<ListVersionsResult><Name>bucket</Name>${more}${versions}</ListVersionsResult>`,
  });
  const versionsFrom = async (...pages: readonly Answer[]): Promise<readonly ObjectVersion[] | undefined> => {
    const left = [...pages];
    const { sink } = await openScripted(() => left.shift() ?? s3Failure(400, 'NothingLeft'));
    return await sink.versions?.(key);
  };

  it('reads on while there are more of this object', async () => {
    const more = '<IsTruncated>true</IsTruncated><NextKeyMarker>ca01/a/b</NextKeyMarker>';
    const marked = `${more}<NextVersionIdMarker>2</NextVersionIdMarker>`;
    const last = '<IsTruncated>true</IsTruncated><NextKeyMarker>ca01/a/bc</NextKeyMarker>';
    const found = await versionsFrom(
      page(version('a/b', '3') + version('a/b', '2'), marked),
      page(version('a/b', '1'), more),
      page(version('a/b', '0') + version('a/bc', '9'), last),
    );
    expect(found?.map(({ id }) => id)).toEqual(['3', '2', '1', '0']);
    expect(found?.[0]).toEqual({ id: '3', sizeBytes: 3, modifiedAt: new Date('2026-11-22T08:00:00.000Z') });
  });

  it('notices an error in a success', async () => {
    for (const body of [errorBody, '<html></html>']) {
      await expect(versionsFrom({ status: 200, body })).rejects.toMatchObject({ code: 'sink-unreachable' });
    }
  });
});
