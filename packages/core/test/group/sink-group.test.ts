import { AdcsBackupError } from '@adcs-backup/core';
import { type BackupSink, objectKey } from '@adcs-backup/core/sink';
import { type Fault, FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { SinkGroup } from '../../src/group/sink-group.ts';
import { SinkMember } from '../../src/group/sink-member.ts';
import { DeafSink } from '../deaf-sink.ts';
import { WatchedSink } from '../watched-sink.ts';

const key = objectKey('data/one');
const other = objectKey('data/other');
const body = Buffer.from('body');

interface Group {
  readonly group: SinkGroup;
  readonly members: readonly SinkMember[];
  /** Locations, in the order of their drops. */
  readonly dropped: string[];
}

function groupOf(sinks: readonly BackupSink[], stallMs = 60_000): Group {
  const dropped: string[] = [];
  const members = sinks.map((sink) => new SinkMember(sink, stallMs));
  const group = new SinkGroup(members, ({ location }) => dropped.push(location));
  return { group, members, dropped };
}

function faulty(name: string, ...faults: Fault[]): FaultySink {
  return new FaultySink(new WatchedSink(name), faults);
}

async function keysOf(sink: BackupSink): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of sink.list('')) keys.push(object.key);
  return keys;
}

describe('what is put', () => {
  test('goes to all, and is answered for by the first', async () => {
    const clocks = [1, 2].map((day) => ({ now: () => new Date(Date.UTC(2026, 0, day)) }));
    const sinks = clocks.map((options) => new MemorySink(options));
    const { group } = groupOf(sinks);
    expect(await group.put(key, body)).toEqual({ key, sizeBytes: 4, modifiedAt: new Date('2026-01-01') });
    for (const sink of sinks) expect(sink.objects.get(key)?.bytes).toEqual(new Uint8Array(body));
  });

  test('stays in those that took it', async () => {
    const [a, b] = [faulty('a', { method: 'put' }), faulty('b')];
    const { group, dropped } = groupOf([a, b]);
    await group.put(key, body);
    await group.put(other, body);
    expect(dropped).toEqual(['memory:a']);
    expect(a.count('put')).toBe(1);
    expect(await keysOf(b)).toEqual([key, other]);
    expect(group.live).toHaveLength(1);
  });

  test('rejects with the error of the last when all fail, and that one stays', async () => {
    const error = () => new AdcsBackupError('sink-full', 'full');
    const { group, dropped } = groupOf([faulty('a', { method: 'put' }), faulty('b', { method: 'put', error })]);
    await expect(group.put(key, body)).rejects.toMatchObject({ code: 'sink-full' });
    expect(dropped).toEqual(['memory:a']);
    await group.put(key, body);
  });

  test('is refused without a fault of theirs when all have it', async () => {
    const { group, dropped } = groupOf([faulty('a'), faulty('b')]);
    await group.put(key, body);
    await expect(group.put(key, body)).rejects.toMatchObject({ code: 'object-exists' });
    expect(dropped).toEqual([]);
  });

  test('is a fault of the one that has it when another has not', async () => {
    const [a, b] = [faulty('a'), faulty('b')];
    await a.put(key, body);
    const { group, dropped } = groupOf([a, b]);
    await group.put(key, body);
    expect(dropped).toEqual(['memory:a']);
  });

  test('rejects when no sink is left, since each failed in another of two puts at once', async () => {
    const [a, b] = [faulty('a', { method: 'put', key: /one/ }), faulty('b', { method: 'put', key: /other/ })];
    const { group, dropped } = groupOf([a, b]);
    await Promise.all([group.put(key, body), group.put(other, body)]);
    expect(dropped).toEqual(['memory:a', 'memory:b']);
    await expect(group.put(objectKey('data/third'), body)).rejects.toMatchObject({
      code: 'sink-unreachable',
      message: 'none of the sinks is left: memory:a, memory:b',
    });
    await expect(group.get(key)).rejects.toMatchObject({ code: 'sink-unreachable' });
  });

  test('is still lent while a sink that was given up has not given it back', async () => {
    const { group } = groupOf([new WatchedSink('a'), new DeafSink(new WatchedSink('b'), () => true)], 10);
    const given = Uint8Array.from(body);
    await group.put(key, given);
    expect(group.isLent(given)).toBe(true);
    const second = Uint8Array.from(body);
    await group.put(other, second);
    expect(group.isLent(second)).toBe(false);
  });

  test('is given back when the sink heeds the abort', async () => {
    const { group } = groupOf([new WatchedSink('a'), faulty('b', { method: 'put', kind: 'hang' })], 10);
    const given = Uint8Array.from(body);
    await group.put(key, given);
    await new Promise(setImmediate);
    expect(group.isLent(given)).toBe(false);
  });
});

describe('what is read', () => {
  test('comes from the first that has it, and no sink is dropped for an object that it lacks', async () => {
    const [a, b] = [faulty('a'), faulty('b')];
    await b.put(key, body);
    const { group, dropped } = groupOf([a, b]);
    expect(await group.get(key)).toEqual(new Uint8Array(body));
    expect(await group.stat(key)).toMatchObject({ key, sizeBytes: 4 });
    expect(dropped).toEqual([]);
  });

  test('is not there when none has it', async () => {
    const { group, dropped } = groupOf([faulty('a'), faulty('b')]);
    await expect(group.get(key)).rejects.toMatchObject({ code: 'object-not-found' });
    expect(await group.stat(key)).toBeUndefined();
    expect(dropped).toEqual([]);
  });

  test.each([
    ['first', 0],
    ['last', 1],
  ])('may have been in the %s of two, which fails and is dropped', async (_which, at) => {
    const sinks = [0, 1].map((index) => faulty(String(index), ...(index === at ? [{ method: 'get' } as const] : [])));
    const { group, dropped } = groupOf(sinks);
    await expect(group.get(key)).rejects.toMatchObject({ code: 'sink-unreachable' });
    expect(dropped).toEqual([`memory:${at}`]);
  });

  test('rejects when it can be read from none, and one stays', async () => {
    const { group, dropped } = groupOf([faulty('a', { method: 'get' }), faulty('b', { method: 'get' })]);
    await expect(group.get(key)).rejects.toMatchObject({ message: expect.stringContaining('injected') });
    expect(dropped).toEqual(['memory:a']);
  });

  test('is listed once, in order, whichever sink has it', async () => {
    const [a, b] = [new MemorySink(), new MemorySink()];
    for (const name of ['c', 'a', 'e']) await a.put(objectKey(name), body);
    for (const name of ['b', 'e', 'd']) await b.put(objectKey(name), Buffer.from('longer'));
    const { group } = groupOf([a, b]);
    expect(await keysOf(group)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const listed = await group.listEach('');
    expect(listed.map(({ objects }) => objects.get('e')?.sizeBytes)).toEqual([4, 6]);
    for await (const object of group.list('e')) expect(object.sizeBytes).toBe(4);
  });
});

describe('the group as a whole', () => {
  test('retains only where all of its sinks can', () => {
    const able: BackupSink = Object.assign(new WatchedSink('able'), { supports: { retention: true, versions: false } });
    expect(groupOf([able, able]).group.supports).toEqual({ retention: true, versions: false });
    expect(groupOf([able, new MemorySink()]).group.supports).toEqual({ retention: false, versions: false });
  });

  test('deletes from all, and closes all', async () => {
    const sinks = [new MemorySink(), new MemorySink()];
    const { group } = groupOf(sinks);
    await group.put(key, body);
    await group.delete(key);
    for (const sink of sinks) expect(sink.objects.size).toBe(0);
    await group[Symbol.asyncDispose]();
    expect(sinks.map(({ disposed }) => disposed)).toEqual([true, true]);
  });

  test('a part of it drops from the whole', async () => {
    const { group, members, dropped } = groupOf([faulty('a', { method: 'put' }), faulty('b'), faulty('c')]);
    const part = group.only(members.slice(0, 2));
    await part.put(key, body);
    expect(dropped).toEqual(['memory:a']);
    expect(group.live.map(({ location }) => location)).toEqual(['memory:b', 'memory:c']);
  });
});

describe('an abort', () => {
  const reason = new Error('stop');

  test('before a call rejects it with the reason', async () => {
    const { group, dropped } = groupOf([new WatchedSink('a'), new WatchedSink('b')]);
    const signal = AbortSignal.abort(reason);
    const calls = [group.put(key, body, { signal }), group.get(key, { signal }), group.stat(key, { signal })];
    await Promise.all(calls.map((call) => expect(call).rejects.toBe(reason)));
    expect(dropped).toEqual([]);
  });

  test.each(['hang', 'deaf'] as const)('during a call that hangs (%s) rejects it, and drops nobody', async (kind) => {
    const sinks = ['a', 'b'].map((name) =>
      kind === 'hang'
        ? faulty(name, { method: 'put', kind }, { method: 'get', kind })
        : new DeafSink(new WatchedSink(name), () => true),
    );
    const { group, dropped } = groupOf(sinks, kind === 'hang' ? 60_000 : 10);
    const abort = new AbortController();
    const calls = [group.put(key, body, abort), group.get(key, abort)];
    abort.abort(reason);
    await Promise.all(calls.map((call) => expect(call).rejects.toBe(reason)));
    expect(dropped).toEqual([]);
  });
});
