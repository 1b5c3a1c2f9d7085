import { AdcsBackupError, type CopyEvent, copySets, listSets, type SetCopyResult, verifySet } from '@adcs-backup/core';
import { type BackupSink, objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentsOf, SeveralLine } from '../several-line.ts';
import { isManifest, WatchedSink } from '../watched-sink.ts';

/** A chain of a full, a logs-only, and a full set, and one more full set in a chain of its own. */
async function filled(): Promise<SeveralLine> {
  const line = new SeveralLine(['from']);
  await line.sealed('full', { truncateLogs: true });
  line.ca.issue();
  await line.sealed('logs-only', { truncateLogs: true });
  line.ca.issue();
  await line.sealed('full', { truncateLogs: true });
  line.ca.issue();
  await line.sealed('logs-only', { truncateLogs: true });
  await line.sealed('full', { newChain: true });
  return line;
}

function fromOf({ sinks: [from] }: SeveralLine): WatchedSink {
  if (from === undefined) throw new Error('there is no sink');
  return from;
}

async function copyAll(from: BackupSink, to: BackupSink, more: Parameters<typeof copySets>[1] = {}) {
  return await copySets({ from, to, entries: await listSets(from) }, more);
}

function outcomes(results: readonly SetCopyResult[]): readonly string[] {
  return results.map(({ entry, at }) => `${at} ${entry.label.text.slice(9, 11)}`);
}

function keyWith({ memory }: WatchedSink, part: string): string {
  const key = [...memory.objects.keys()].find((each) => each.includes(part));
  if (key === undefined) throw new Error(`no key with ${part}`);
  return key;
}

describe('into an empty sink', () => {
  test('every object is copied, byte for byte, and each manifest after all that it refers to', async () => {
    const from = fromOf(await filled());
    const to = new WatchedSink('to');
    const events: CopyEvent[] = [];
    const results = await copyAll(from, to, { observe: (event) => events.push(event) });
    expect(outcomes(results)).toEqual(['copied 11', 'copied 12', 'copied 13', 'copied 14', 'copied 15']);
    expect(contentsOf(to.memory)).toEqual(contentsOf(from.memory));
    expect(to.early).toEqual([]);
    for (const entry of await listSets(to)) {
      expect(await verifySet(to, entry, { readData: 100 })).toMatchObject({ intact: true });
    }
    const objects = results.map((result) => (result.at === 'copied' ? result.objects : 0));
    expect(objects.reduce((sum, count) => sum + count, 0)).toBe(from.memory.objects.size);
    const bytes = results.map((result) => (result.at === 'copied' ? result.bytes : 0));
    const stored = [...from.memory.objects.values()].reduce((sum, object) => sum + object.bytes.length, 0);
    expect(bytes.reduce((sum, count) => sum + count, 0)).toBe(stored);
    expect(events.filter(({ type }) => type === 'set-copied')).toHaveLength(5);
    for (const event of events)
      if (event.type === 'copy-progress') expect(event.doneBytes).toBeLessThanOrEqual(event.totalBytes);
    expect(events.filter(({ type }) => type === 'copy-progress').length).toBeGreaterThan(9);
  });

  test('a signature is there before the manifest that it is of, the outcome after', async () => {
    const from = fromOf(await filled());
    const manifest = keyWith(from, '110000Z-full.json');
    await from.put(objectKey(`${manifest}.minisig`), Buffer.from('signature'));
    const to = new WatchedSink('to');
    await copyAll(from, to);
    const documents = [...to.memory.objects.keys()].filter((key) => key.includes('110000Z-full.'));
    expect(documents).toEqual([`${manifest}.minisig`, manifest, manifest.replace('.json', '.outcome.json')]);
  });

  test('a second time nothing is put, and nobody is told of anything', async () => {
    const from = fromOf(await filled());
    const to = new MemorySink();
    await copyAll(from, to);
    to.calls.length = 0;
    const results = await copyAll(from, to, { observe: () => expect.unreachable() });
    expect(results).toMatchObject(results.map(() => ({ at: 'copied', objects: 0, bytes: 0 })));
    expect(to.calls.filter(({ method }) => method === 'put')).toEqual([]);
  });

  test('a set that is sealed and said to be skipped is not even read', async () => {
    const from = new FaultySink(fromOf(await filled()));
    const to = new WatchedSink('to');
    await copyAll(from, to);
    to.memory.remove(keyWith(to, 'pack-00001'));
    from.calls.length = 0;
    await copyAll(from, to, { skipSealed: true });
    expect(from.count('get')).toBe(0);
    const [first] = await copyAll(from, to);
    expect(first).toMatchObject({ at: 'copied', objects: 1 });
    expect(contentsOf(to.memory)).toEqual(contentsOf(fromOf(await filled()).memory));
  });

  test('what a set builds on that is put back is looked at again, and nothing before that', async () => {
    const from = new FaultySink(fromOf(await filled()));
    const to = new WatchedSink('to');
    await copyAll(from, to);
    to.remove('140000Z-logs-only.json');
    from.calls.length = 0;
    await copyAll(from, to, { skipSealed: true });
    const read = from.calls.filter(({ method, key }) => method === 'get' && isManifest(key)).map(({ key }) => key);
    expect(new Set(read.map((key) => key.slice(key.lastIndexOf('/') + 1)))).toEqual(
      new Set(['20261101T130000Z-full.json', '20261101T140000Z-logs-only.json']),
    );
    expect(contentsOf(to.memory)).toEqual(contentsOf(fromOf(await filled()).memory));
  });
});

describe('a set that is damaged where it comes from', () => {
  test.each(['pack-00001', 'map-00001'])('is told of and left out, with what builds on it: %s', async (part) => {
    const from = fromOf(await filled());
    const key = keyWith(from, `110000Z-full/${part}`);
    const bytes = Buffer.from(from.memory.objects.get(key)?.bytes ?? []);
    bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
    from.memory.replace(key, bytes);
    const to = new WatchedSink('to');
    const results = await copyAll(from, to);
    // The second full set of the chain stands on packs of the first, but not on its map.
    const third = part.startsWith('pack') ? ['failed 13', 'failed 14'] : ['copied 13', 'copied 14'];
    expect(outcomes(results)).toEqual(['failed 11', 'failed 12', ...third, 'copied 15']);
    expect(results[0]).toMatchObject({ error: { code: 'integrity-failed', message: expect.stringContaining(key) } });
    expect(results[1]).toMatchObject({
      error: {
        code: 'integrity-failed',
        message: '20261101T120000Z-logs-only was not copied: it builds on 20261101T110000Z-full, which could not be',
      },
    });
    expect([...to.memory.objects.keys()].filter(isManifest)).toHaveLength(part.startsWith('pack') ? 1 : 3);
    expect(to.early).toEqual([]);
  });

  test.each([
    ['a pack is gone', '110000Z-full/pack-00001'],
    ['its manifest is not JSON', '110000Z-full.json'],
  ])('is told of: %s', async (what, part) => {
    const from = fromOf(await filled());
    const entries = await listSets(from);
    if (what.endsWith('gone')) from.memory.remove(keyWith(from, part));
    else from.memory.replace(keyWith(from, part), Buffer.from('{'));
    const to = new WatchedSink('to');
    const [first] = await copySets({ from, to, entries: entries.slice(0, 1) });
    expect(first).toMatchObject({
      at: 'failed',
      error: { code: expect.stringMatching(/^(integrity-f|object-not-f)/) },
    });
    expect([...to.memory.objects.keys()].filter(isManifest)).toEqual([]);
  });

  test('without its begin.json it is as good', async () => {
    const from = fromOf(await filled());
    from.memory.remove(keyWith(from, '110000Z-full/begin.json'));
    const to = new WatchedSink('to');
    expect(outcomes(await copyAll(from, to))[0]).toBe('copied 11');
    expect(contentsOf(to.memory)).toEqual(contentsOf(from.memory));
  });
});

describe('what is there already', () => {
  test('with another size is told of, and not replaced', async () => {
    const from = fromOf(await filled());
    const to = new WatchedSink('to');
    const key = keyWith(from, '110000Z-full/pack-00001');
    await to.put(objectKey(key), Buffer.from('other'));
    const [first] = await copyAll(from, to);
    expect(first).toMatchObject({
      at: 'failed',
      error: {
        code: 'integrity-failed',
        message: expect.stringMatching(/pack-00001 has 5 bytes in memory:to instead of \d+$/),
        hint: expect.stringContaining('move it away'),
      },
    });
    expect(to.memory.objects.get(key)?.bytes.length).toBe(5);
  });

  test('as another manifest of that label is told of: such a set is not the one that was to be copied', async () => {
    const from = fromOf(await filled());
    const to = new WatchedSink('to');
    const [first, ...others] = await copyAll(from, to);
    const key = first?.entry.manifestKey ?? '';
    to.memory.replace(key, Buffer.from('{}'));
    const again = await copyAll(from, to);
    expect(again[0]).toMatchObject({ at: 'failed', error: { code: 'integrity-failed' } });
    expect(again).toHaveLength(others.length + 1);
    expect(to.memory.objects.get(key)?.bytes.length).toBe(2);
  });

  test('since another copy puts it at the same time: both end well', async () => {
    const from = fromOf(await filled());
    const to = new WatchedSink('to');
    const copies = await Promise.all([copyAll(from, to), copyAll(from, to), copyAll(from, to)]);
    for (const results of copies) expect(results.every(({ at }) => at === 'copied')).toBe(true);
    expect(contentsOf(to.memory)).toEqual(contentsOf(from.memory));
    expect(to.early).toEqual([]);
  });

  test('since somebody put something else meanwhile: the copy ends with that', async () => {
    const from = fromOf(await filled());
    const to = new FaultySink(new WatchedSink('to'));
    const key = objectKey(keyWith(from, '110000Z-full/map-00001'));
    const entries = await listSets(from);
    const put = to.put.bind(to);
    to.put = async (each, body, options) => {
      if (each === key) await put(key, Buffer.alloc(body.length));
      return await put(each, body, options);
    };
    await expect(copySets({ from, to, entries })).rejects.toMatchObject({ code: 'object-exists' });
  });
});

describe('a sink that fails ends the copy with its error', () => {
  test.each(['get', 'list'] as const)('%s of the one', async (method) => {
    const from = fromOf(await filled());
    const entries = await listSets(from);
    const failing = new FaultySink(from, [{ method, nth: 2 }]);
    const to = new WatchedSink('to');
    await expect(copySets({ from: failing, to, entries })).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(to.early).toEqual([]);
  });

  test('whichever put of the other it is, and the next copy brings the rest', async () => {
    const from = fromOf(await filled());
    const entries = await listSets(from);
    const puts = from.memory.objects.size;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: puts }), fc.constantFrom('before', 'after'), async (nth, kind) => {
        const to = new WatchedSink('to');
        const error = () => new AdcsBackupError('sink-full', 'full');
        const failing = new FaultySink(to, [{ method: 'put', nth, kind, error }]);
        await expect(copySets({ from, to: failing, entries })).rejects.toMatchObject({ code: 'sink-full' });
        for (const entry of await listSets(to)) {
          expect(await verifySet(to, entry, { readData: 100 })).toMatchObject({ intact: true });
        }
        await copySets({ from, to, entries });
        expect(contentsOf(to.memory)).toEqual(contentsOf(from.memory));
        expect(to.early).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

test('an abort ends the copy with its reason, and nothing more is put', async () => {
  const from = fromOf(await filled());
  const to = new WatchedSink('to');
  const abort = new AbortController();
  const reason = new Error('stop');
  const observe = (event: CopyEvent): void => {
    if (event.type === 'copy-progress') abort.abort(reason);
  };
  await expect(copyAll(from, to, { signal: abort.signal, observe })).rejects.toBe(reason);
  const puts = to.memory.objects.size;
  await new Promise(setImmediate);
  expect(to.memory.objects.size).toBe(puts);
  expect([...to.memory.objects.keys()].filter(isManifest)).toEqual([]);
  await expect(copyAll(from, to, { signal: abort.signal })).rejects.toBe(reason);
});
