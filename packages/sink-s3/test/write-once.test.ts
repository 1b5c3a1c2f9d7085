import { randomBytes } from 'node:crypto';
import { AdcsBackupError, objectKey, type StoredObject } from '@adcs-backup/core/sink';
import { rejectsWith } from '@adcs-backup/sink-conformance';
import { createBucket, s3Client } from '@adcs-backup/test-servers';
import { describeWithCeph } from '@adcs-backup/test-servers/vitest';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { openS3Sink } from '../src/index.ts';
import { type OncePut, WriteOnce } from '../src/write-once.ts';
import { keepsConditionWithVersions } from './condition-probe.ts';
import { emptyBucket, listing, openScripted, type Script } from './scripted-s3.ts';

const body = new TextEncoder().encode('content');
const etag = '"00000000000000000000000000000000"';

/** Keeps objects, and replaces them whatever the condition says. */
function replacingBucket(stored: Map<string, Uint8Array>): Script {
  return ({ method, path, body: content }) => {
    if (method !== 'PUT') {
      const prefix = /[?&]prefix=([^&]*)/.exec(path)?.[1] ?? '';
      return listing([...stored.keys()].filter((key) => key.startsWith(prefix)));
    }
    stored.set(path.replace(/^\/bucket\/|\?.*$/g, ''), content);
    return { status: 200, headers: { etag } };
  };
}

describe('a server that ignores the condition', () => {
  it('is refused at the first put and ever after', async () => {
    const stored = new Map<string, Uint8Array>();
    const { sink, asked } = await openScripted(replacingBucket(stored));
    const error = await rejectsWith(sink.put(objectKey('a'), body), 'sink-failed', /ignores If-None-Match/);
    expect(error.retryable).toBe(false);
    const before = asked.length;
    await rejectsWith(sink.put(objectKey('b'), body), 'sink-failed', /ignores If-None-Match/);
    expect(asked.length).toBe(before);
    expect([...stored]).toEqual([['ca01/a', Buffer.from(body)]]);
  });

  it('replaces nothing that was there before', async () => {
    const stored = new Map<string, Uint8Array>([['ca01/a', Buffer.from('the first')]]);
    const { sink } = await openScripted(replacingBucket(stored));
    await rejectsWith(sink.put(objectKey('a'), body), 'object-exists');
    expect(stored.get('ca01/a')).toEqual(Buffer.from('the first'));
  });
});

describe('a server that keeps the condition', () => {
  it('is asked one more put, and none after the first', async () => {
    const { sink, asked } = await openScripted(emptyBucket());
    for (const name of ['a', 'b', 'c']) await sink.put(objectKey(name), body);
    const puts = asked.filter(({ method }) => method === 'PUT').map(({ path }) => path.replace(/\?.*/, ''));
    expect(puts).toEqual(['/bucket/ca01/a', '/bucket/ca01/a', '/bucket/ca01/b', '/bucket/ca01/c']);
  });

  it('is asked by the pace that was set, but for the put that stores nothing', async () => {
    const { sink } = await openScripted(emptyBucket());
    const pieces: number[] = [];
    const big = new Uint8Array(150_000);
    await sink.put(objectKey('a'), big, { pace: async (bytes) => void pieces.push(bytes) });
    expect(pieces).toEqual([65_536, 65_536, 150_000 - 2 * 65_536]);
  });
});

describe('WriteOnce', () => {
  const stored: StoredObject = { key: objectKey('a'), sizeBytes: 1, modifiedAt: new Date(0) };
  const exists = (): AdcsBackupError => new AdcsBackupError('object-exists', 'it is there');
  const broken = new AdcsBackupError('sink-unreachable', 'it broke', { retryable: true });
  const resolves = async (): Promise<StoredObject> => stored;
  const refuses = async (): Promise<StoredObject> => {
    throw exists();
  };
  const breaks = async (): Promise<StoredObject> => {
    throw broken;
  };
  const once = (changes: Partial<OncePut>): OncePut => ({
    put: resolves,
    putAgain: refuses,
    isThere: async () => false,
    exists,
    replaces: () => new AdcsBackupError('sink-failed', 'it replaces'),
    ...changes,
  });

  it('takes a first put that is refused for a proof', async () => {
    const writeOnce = new WriteOnce();
    await rejectsWith(writeOnce.put(once({ put: refuses })), 'object-exists');
    expect(await writeOnce.put(once({ putAgain: breaks }))).toBe(stored);
  });

  it('proves again where the first proof broke off', async () => {
    const writeOnce = new WriteOnce();
    await expect(writeOnce.put(once({ putAgain: breaks }))).rejects.toBe(broken);
    await rejectsWith(writeOnce.put(once({ isThere: async () => true })), 'object-exists');
    await rejectsWith(writeOnce.put(once({ putAgain: resolves })), 'sink-failed');
    await rejectsWith(writeOnce.put(once({})), 'sink-failed');
  });

  it('hears an abort while another put proves it', async () => {
    const writeOnce = new WriteOnce();
    const controller = new AbortController();
    const reason = new Error('enough');
    let finish: ((object: StoredObject) => void) | undefined;
    const first = writeOnce.put(once({ put: () => new Promise((resolve) => (finish = resolve)) }));
    const waiting = writeOnce.put(once({ signal: controller.signal }));
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    finish?.(stored);
    expect(await first).toBe(stored);
  });

  it('lets one put prove it, and the others wait for that', async () => {
    const writeOnce = new WriteOnce();
    const order: string[] = [];
    const noted = (name: string): OncePut =>
      once({
        put: async () => {
          order.push(name);
          return stored;
        },
        putAgain: async () => {
          order.push(`${name} again`);
          throw exists();
        },
      });
    await Promise.all([writeOnce.put(noted('a')), writeOnce.put(noted('b')), writeOnce.put(noted('c'))]);
    expect(order).toEqual(['a', 'a again', 'b', 'c']);
  });
});

describeWithCeph('write-once in buckets with versions', (access) => {
  it('is proved where the server keeps the condition there, and refused where not', async () => {
    const bucket = `once-${randomBytes(4).toString('hex')}`;
    await createBucket(access, bucket, { versioning: true });
    const client = s3Client(access, access);
    const isKept = await keepsConditionWithVersions(access);
    const sink = await openS3Sink(`s3://${bucket}/ca01?endpoint=${access.endpoint}`, {
      credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
    });
    if (isKept) expect(await sink.put(objectKey('a'), body)).toMatchObject({ sizeBytes: body.byteLength });
    else await rejectsWith(sink.put(objectKey('a'), body), 'sink-failed', /ignores/);
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'ca01/a' }));
    expect(Versions).toHaveLength(isKept ? 1 : 2);
    await sink[Symbol.asyncDispose]();
    client.destroy();
  });
});
