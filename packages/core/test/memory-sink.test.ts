import { describe, expect, it } from 'vitest';
import { objectKey } from '../src/sink/index.ts';
import { MemorySink } from '../src/testing/index.ts';

const key = objectKey('a/b');

describe('MemorySink', () => {
  it('takes its time from the clock it was given', async () => {
    const modifiedAt = new Date('2026-11-21T18:03:16Z');
    const sink = new MemorySink({ now: () => modifiedAt });
    await expect(sink.put(key, new Uint8Array(3))).resolves.toEqual({ key, sizeBytes: 3, modifiedAt });
    await expect(sink.stat(key)).resolves.toEqual({ key, sizeBytes: 3, modifiedAt });
  });

  it('records every call in order, refused ones too', async () => {
    const sink = new MemorySink();
    await sink.put(key, new Uint8Array(1));
    await expect(sink.put(key, new Uint8Array(1))).rejects.toMatchObject({ code: 'object-exists' });
    await sink.stat(key);
    await sink.get(key);
    for await (const _object of sink.list('a/'));
    await sink.delete(key);
    expect(sink.calls.map((call) => `${call.method} ${call.key}`)).toEqual([
      'put a/b',
      'put a/b',
      'stat a/b',
      'get a/b',
      'list a/',
      'delete a/b',
    ]);
  });

  it('shows what is stored, with the lock date that was asked for', async () => {
    const sink = new MemorySink();
    const retainUntil = new Date('2027-01-01T00:00:00Z');
    await sink.put(key, Uint8Array.of(1, 2), { retainUntil });
    expect(sink.objects.get('a/b')).toMatchObject({ bytes: Uint8Array.of(1, 2), retainUntil });
  });

  it('lets a test damage and remove what is stored', async () => {
    const sink = new MemorySink();
    await sink.put(key, Uint8Array.of(1, 2));
    sink.replace('a/b', Uint8Array.of(1, 3));
    await expect(sink.get(key)).resolves.toEqual(Uint8Array.of(1, 3));
    sink.remove('a/b');
    await expect(sink.stat(key)).resolves.toBeUndefined();
    expect(() => sink.replace('a/b', Uint8Array.of())).toThrow("object a/b isn't there");
    expect(() => sink.remove('a/b')).toThrow("object a/b isn't there");
  });

  it('hands out copies: a reader that changes its bytes changes nothing stored', async () => {
    const sink = new MemorySink();
    await sink.put(key, Uint8Array.of(1, 2));
    (await sink.get(key)).fill(9);
    await expect(sink.get(key)).resolves.toEqual(Uint8Array.of(1, 2));
  });

  it('tells whether it was disposed', async () => {
    const sink = new MemorySink();
    expect(sink.disposed).toBe(false);
    await sink[Symbol.asyncDispose]();
    expect(sink.disposed).toBe(true);
  });

  it('keeps what was replaced, removed and deleted, where it is to keep versions', async () => {
    const sink = new MemorySink({ versions: true });
    await sink.put(key, Uint8Array.of(1));
    sink.replace(key, Uint8Array.of(2, 2));
    sink.remove(key);
    await sink.put(key, Uint8Array.of(3, 3, 3));
    await sink.delete(key);
    const versions = await sink.versions(key);
    expect(versions.map(({ sizeBytes }) => sizeBytes)).toEqual([3, 2, 1]);
    const bytes = await Promise.all(versions.map(({ id }) => sink.get(key, { version: id })));
    expect(bytes).toEqual([Uint8Array.of(3, 3, 3), Uint8Array.of(2, 2), Uint8Array.of(1)]);
    await expect(sink.get(key)).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(sink.get(key, { version: '4' })).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(sink.versions(objectKey('never/there'))).resolves.toEqual([]);
  });

  it('keeps no versions otherwise', async () => {
    const sink = new MemorySink();
    await sink.put(key, Uint8Array.of(1));
    sink.remove(key);
    expect(sink.supports.versions).toBe(false);
    await expect(sink.versions(key)).resolves.toEqual([]);
  });
});
