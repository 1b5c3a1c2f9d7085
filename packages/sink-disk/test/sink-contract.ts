import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { AdcsBackupError } from '@adcs-backup/core';
import { type BackupSink, MAX_OBJECT_BYTES, type ObjectKey, objectKey } from '@adcs-backup/core/sink';

export interface SubjectOfContract {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (title: string, body: () => Promise<void>) => void;
  readonly name: string;
  /** Opens the sink on a place; the same place again sees the same objects. */
  readonly open: (place: string) => Promise<BackupSink>;
}

let places = 0;

/** Every promise of BackupSink, tried on one sink. */
export function checkSinkContract(subject: SubjectOfContract): void {
  const { it, open, name } = subject;
  const check = (title: string, body: (sink: BackupSink) => Promise<void>): void => {
    it(title, async () => {
      places += 1;
      const sink = await open(`place-${places}`);
      try {
        await body(sink);
      } finally {
        await sink[Symbol.asyncDispose]();
      }
    });
  };
  subject.describe(`${name} keeps the sink contract`, () => {
    checkPuts(check);
    checkReads(check);
    checkListing(check);
    checkTheRest(check);
  });
}

type Check = (title: string, body: (sink: BackupSink) => Promise<void>) => void;

function checkPuts(check: Check): void {
  for (const sizeBytes of [0, 1, MAX_OBJECT_BYTES]) {
    check(`gives back an object of ${sizeBytes} bytes`, async (sink) => {
      const body = bytesOf('seed 1', sizeBytes);
      const copy = new Uint8Array(body);
      const stored = await sink.put(objectKey('a/b'), body);
      assert.equal(stored.key, 'a/b');
      assert.equal(stored.sizeBytes, sizeBytes);
      assert.ok(Math.abs(stored.modifiedAt.getTime() - Date.now()) < 86_400_000, 'by the clock, give or take a day');
      assert.deepEqual(await sink.stat(objectKey('a/b')), stored);
      assert.deepEqual(await keysOf(sink, ''), ['a/b']);
      assert.ok(Buffer.from(copy).equals(await sink.get(objectKey('a/b'))), 'same bytes');
      assert.ok(Buffer.from(copy).equals(body), 'the body is not touched');
    });
  }

  check('refuses more than the largest object', async (sink) => {
    await rejectsWith(sink.put(objectKey('a'), new Uint8Array(MAX_OBJECT_BYTES + 1)), 'object-too-large');
    assert.deepEqual(await keysOf(sink, ''), []);
  });

  check('keeps what it stored when the caller changes the body afterwards', async (sink) => {
    const body = bytesOf('seed 2', 5000);
    const copy = new Uint8Array(body);
    await sink.put(objectKey('a'), body);
    body.fill(0);
    assert.ok(Buffer.from(copy).equals(await sink.get(objectKey('a'))));
  });

  check('never replaces an object', async (sink) => {
    await sink.put(objectKey('a/b'), bytesOf('first', 100));
    await rejectsWith(sink.put(objectKey('a/b'), bytesOf('second', 100)), 'object-exists');
    await rejectsWith(sink.put(objectKey('a/b'), bytesOf('first', 100)), 'object-exists');
    assert.ok(bytesOf('first', 100).equals(await sink.get(objectKey('a/b'))));
    assert.deepEqual(await keysOf(sink, ''), ['a/b']);
  });

  check('lets one of eight racing puts win', async (sink) => {
    const bodies = Array.from({ length: 8 }, (_, index) => bytesOf(`racer ${index}`, 70_000));
    const results = await Promise.allSettled(bodies.map((body) => sink.put(objectKey('a/raced'), body)));
    const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
    assert.equal(winners.length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(codeOf(result.reason), 'object-exists');
    }
    assert.ok(bodies[winners[0] ?? -1]?.equals(await sink.get(objectKey('a/raced'))), 'what the winner put');
  });

  check('takes the longest and the deepest key', async (sink) => {
    const longest = objectKey(['x'.repeat(100), 'y'.repeat(100), 'z'.repeat(100), 'w'.repeat(97)].join('/'));
    const deepest = objectKey(Array.from({ length: 200 }, () => 'd').join('/'));
    for (const key of [longest, deepest]) {
      await sink.put(key, bytesOf(key, 10));
      assert.ok(bytesOf(key, 10).equals(await sink.get(key)));
    }
    assert.deepEqual(await keysOf(sink, ''), [deepest, longest]);
  });

  check('refuses what is not a key', async (sink) => {
    const outside = '../outside' as ObjectKey;
    await rejectsWith(sink.put(outside, bytesOf('', 1)), 'invalid-key');
    await rejectsWith(sink.get(outside), 'invalid-key');
    await rejectsWith(sink.stat(outside), 'invalid-key');
    await rejectsWith(sink.delete(outside), 'invalid-key');
  });
}

function checkReads(check: Check): void {
  check('reads ranges, also past the end', async (sink) => {
    const body = bytesOf('ranges', 1000);
    await sink.put(objectKey('a'), body);
    const ranges: readonly (readonly [offset: number, length: number])[] = [
      [0, 1000],
      [0, 1],
      [999, 1],
      [500, 2000],
      [1000, 5],
      [5000, 5],
      [10, 0],
    ];
    for (const [offset, length] of ranges) {
      const got = await sink.get(objectKey('a'), { range: { offset, length } });
      assert.deepEqual(Buffer.from(got), body.subarray(offset, offset + length), `${offset}+${length}`);
    }
  });

  check('reads no more than maxBytes', async (sink) => {
    await sink.put(objectKey('a'), bytesOf('', 1000));
    await rejectsWith(sink.get(objectKey('a'), { maxBytes: 999 }), 'object-too-large');
    assert.equal((await sink.get(objectKey('a'), { maxBytes: 1000 })).byteLength, 1000);
    assert.equal((await sink.get(objectKey('a'), { maxBytes: 5, range: { offset: 3, length: 5 } })).byteLength, 5);
  });

  check('tells a missing object from a stored one, and from a folder', async (sink) => {
    await sink.put(objectKey('a/b/c'), bytesOf('', 1));
    for (const key of ['b', 'a', 'a/b', 'a/b/d', 'a/b/c/d']) {
      await rejectsWith(sink.get(objectKey(key)), 'object-not-found');
      assert.equal(await sink.stat(objectKey(key)), undefined, key);
    }
  });
}

function checkListing(check: Check): void {
  check('lists by code unit of the whole key, by any prefix', async (sink) => {
    const keys = [
      'a-b',
      'a.b',
      'a/b',
      'a/b-c',
      'a/b.c/d',
      'a/c',
      'a0',
      'aB',
      'a_b',
      'ab',
      'B',
      '-',
      '_',
      '0',
      'a-b.d/x',
    ];
    await Promise.all(keys.map((key) => sink.put(objectKey(`r/${key}`), bytesOf(key, 3))));
    const sorted = keys.map((key) => `r/${key}`).sort((one, other) => (one < other ? -1 : 1));
    for (const prefix of [
      '',
      'r',
      'r/',
      'r/a',
      'r/a/',
      'r/a/b',
      'r/a.',
      'r/a-b',
      'x',
      'r/a/b/',
      '..',
      '../',
      '/',
      'R',
    ]) {
      const wanted = sorted.filter((key) => key.startsWith(prefix));
      assert.deepEqual(await keysOf(sink, prefix), wanted, JSON.stringify(prefix));
    }
    for await (const object of sink.list('')) assert.deepEqual(await sink.stat(object.key), object);
  });

  check('lists more than 1,000 objects', async (sink) => {
    const keys = Array.from({ length: 1200 }, (_, index) => `p/${index % 3}/pack-${String(index).padStart(5, '0')}`);
    for (let start = 0; start < keys.length; start += 50) {
      const some = keys.slice(start, start + 50);
      await Promise.all(some.map((key) => sink.put(objectKey(key), new Uint8Array(1))));
    }
    assert.deepEqual(
      await keysOf(sink, 'p/'),
      keys.sort((one, other) => (one < other ? -1 : 1)),
    );
  });

  check('lists nothing in an empty sink', async (sink) => {
    assert.deepEqual(await keysOf(sink, ''), []);
  });
}

function checkTheRest(check: Check): void {
  check('deletes, and finds a missing object fine', async (sink) => {
    await sink.put(objectKey('a/b/c'), bytesOf('', 1));
    await sink.put(objectKey('a/d'), bytesOf('', 1));
    await sink.delete(objectKey('a/b'));
    await sink.delete(objectKey('a/b/c/x'));
    await sink.delete(objectKey('a/b/c'));
    await sink.delete(objectKey('a/b/c'));
    assert.equal(await sink.stat(objectKey('a/b/c')), undefined);
    assert.deepEqual(await keysOf(sink, ''), ['a/d']);
    await sink.put(objectKey('a/b/c'), bytesOf('again', 2));
    assert.deepEqual(await keysOf(sink, ''), ['a/b/c', 'a/d']);
  });

  check("rejects an aborted call with the signal's own reason", async (sink) => {
    await sink.put(objectKey('a'), bytesOf('', 1));
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const calls = [
      () => sink.put(objectKey('b'), bytesOf('', 1), { signal }),
      () => sink.get(objectKey('a'), { signal }),
      () => sink.stat(objectKey('a'), { signal }),
      () => sink.delete(objectKey('a'), { signal }),
      () => keysOf(sink, '', signal),
    ];
    for (const call of calls) await assert.rejects(call(), (error) => error === reason);
    assert.deepEqual(await keysOf(sink, ''), ['a']);
  });

  check('stops a listing that is aborted half-way', async (sink) => {
    for (const key of ['a', 'b', 'c']) await sink.put(objectKey(key), bytesOf('', 1));
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: string[] = [];
    const reading = (async () => {
      for await (const object of sink.list('', { signal: controller.signal })) {
        seen.push(object.key);
        controller.abort(reason);
      }
    })();
    await assert.rejects(reading, (error) => error === reason);
    assert.deepEqual(seen, ['a']);
  });

  check('can be disposed twice, and says so when used after', async (sink) => {
    await sink.put(objectKey('a'), bytesOf('', 1));
    await sink[Symbol.asyncDispose]();
    await sink[Symbol.asyncDispose]();
    const calls = [
      () => sink.put(objectKey('b'), bytesOf('', 1)),
      () => sink.get(objectKey('a')),
      () => sink.stat(objectKey('a')),
      () => sink.delete(objectKey('a')),
      () => keysOf(sink, ''),
    ];
    for (const call of calls) await rejectsWith(call(), 'internal', /closed/);
  });
}

export async function keysOf(sink: BackupSink, prefix: string, signal?: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of sink.list(prefix, { signal })) keys.push(object.key);
  return keys;
}

/** Bytes that differ for each seed. */
export function bytesOf(seed: string, sizeBytes: number): Buffer {
  return createHash('shake256', { outputLength: sizeBytes }).update(seed).digest();
}

function codeOf(error: unknown): string | undefined {
  return AdcsBackupError.is(error) ? error.code : undefined;
}

export async function rejectsWith(
  call: Promise<unknown>,
  code: string,
  message: RegExp = /./,
): Promise<AdcsBackupError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(AdcsBackupError.is(error), `an AdcsBackupError, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return error;
}
