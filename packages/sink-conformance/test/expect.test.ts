import { AdcsBackupError, objectKey } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, it } from 'vitest';
import { bytesOf, rejectsWith } from '../src/index.ts';
import { isWhole } from '../src/look.ts';
import { changed } from './fault.ts';

describe('rejectsWith', () => {
  it('gives the error that has the code and the message', async () => {
    const error = new AdcsBackupError('sink-full', 'no room for a/b');
    expect(await rejectsWith(Promise.reject(error), 'sink-full', /a\/b/)).toBe(error);
  });

  it('passes on that the place can not be used: that breaks no promise', async () => {
    const error = new AdcsBackupError('sink-unreachable', 'no answer');
    await expect(rejectsWith(Promise.reject(error), 'object-exists')).rejects.toBe(error);
  });

  it.each([
    ['a call that resolves', () => Promise.resolve(), /a call that must fail with sink-full was not rejected/],
    [
      'another code',
      () => Promise.reject(new AdcsBackupError('sink-failed', 'no')),
      /code sink-failed, not sink-full: no/,
    ],
    [
      'another error',
      () => Promise.reject(new Error('ENOSPC')),
      /no AdcsBackupError with code sink-full, but Error: ENOSPC/,
    ],
    ['another message', () => Promise.reject(new AdcsBackupError('sink-full', 'no')), /did not match/],
  ])('finds fault with %s', async (_what, call, message) => {
    await expect(rejectsWith(call(), 'sink-full', /room/)).rejects.toThrow(message);
  });
});

describe('bytesOf', () => {
  it('gives the same bytes for the same seed only', () => {
    expect(bytesOf('one', 1000).equals(bytesOf('one', 1000))).toBe(true);
    expect(bytesOf('one', 1000).equals(bytesOf('two', 1000))).toBe(false);
    expect(bytesOf('one', 1000)).toHaveLength(1000);
    expect(bytesOf('one', 0)).toHaveLength(0);
  });
});

describe('isWhole', () => {
  const key = objectKey('a/b');
  const body = bytesOf('whole', 100);

  it('says whether the object is there, when nothing else is to be said', async () => {
    const sink = new MemorySink();
    await sink.put(objectKey('a/b.c'), body);
    expect(await isWhole(sink, key, body)).toBe(false);
    await sink.put(key, body);
    expect(await isWhole(sink, key, body)).toBe(true);
  });

  it('notices an object that goes away, and one with other bytes', async () => {
    const sink = new MemorySink();
    await sink.put(key, body);
    const fleeting = changed(sink, { stat: () => Promise.resolve(undefined) });
    await expect(isWhole(fleeting, key, body)).rejects.toThrow('a/b was there, and is gone');
    await expect(isWhole(sink, key, bytesOf('other', 100))).rejects.toThrow('get a/b: other bytes, first at offset 0');
  });

  it('passes on what it can not explain', async () => {
    const error = new AdcsBackupError('sink-unreachable', 'no answer');
    const sink = changed(new MemorySink(), { get: () => Promise.reject(error) });
    await expect(isWhole(sink, key, body)).rejects.toBe(error);
  });
});
