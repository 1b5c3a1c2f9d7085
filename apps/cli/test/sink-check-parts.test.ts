import { AdcsBackupError, objectKey, type SinkSetting } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { conformanceChecks, keysOf } from '@adcs-backup/sink-conformance';
import { openDiskSink } from '@adcs-backup/sink-disk';
import { describe, expect, it } from 'vitest';
import { lookAtPlace, setUpOf, unseenOf } from '../src/commands/sink-check-place.ts';
import { groupsOf, isChosen, nameOf, onlyWithAll } from '../src/commands/sink-check-selection.ts';
import { clockText, leftText } from '../src/commands/sink-check-text.ts';
import { sinkUntil } from '../src/sinks/sink-until.ts';
import { newFolder } from './place.ts';

const key = objectKey('a/b');
const body = new Uint8Array(1);

describe('what is tried', () => {
  const checks = conformanceChecks({ name: 'memory', open: async () => new MemorySink() });

  it('without --all is what depends on the place', () => {
    const names = checks.map(nameOf);
    expect(onlyWithAll.filter((name) => !names.includes(name))).toEqual([]);
    expect(checks.filter((check) => isChosen(check, true))).toEqual(checks);
    const chosen = checks.filter((check) => isChosen(check, false)).map(nameOf);
    expect(chosen).toContain('write-once: refuses a second put, and keeps the first object');
    expect(chosen).not.toContain('listing: lists more than 1,000 objects, each once');
    expect(chosen.length).toBeLessThan(checks.length * 0.7);
  });

  it('is told by groups, with numbers where some of a group are tried', () => {
    const [first, ...others] = checks.filter(({ group }) => group === 'sizes' || group === 'body');
    expect(first?.group).toBe('sizes');
    expect(groupsOf(others, checks)).toBe('sizes (3 of 4), body');
  });
});

describe('a look at the place', () => {
  const look = (sink: MemorySink) => lookAtPlace(sink, 'conformance-x/', {});

  it('finds a clock that is behind, or ahead, and may be as late as a call takes', async () => {
    const atClock = async (aheadMs: number) => {
      const sink = new MemorySink({ now: () => new Date(Date.now() + aheadMs) });
      return (await look(sink)).aheadMs;
    };
    expect(await atClock(0)).toBe(0);
    const hourMs = 3_600_000;
    const minuteMs = 60_000;
    const [behind, ahead] = [await atClock(-hourMs), await atClock(hourMs)];
    expect(behind).toBeGreaterThanOrEqual(-hourMs);
    expect(behind).toBeLessThan(minuteMs - hourMs);
    expect(ahead).toBeLessThanOrEqual(hourMs);
    expect(ahead).toBeGreaterThan(hourMs - minuteMs);
    expect(clockText(-3_600_000)).toBe("clock             1 h 0 min behind this computer's");
  });

  it('leaves nothing, and passes on why an object can not be deleted, if not for want of a right', async () => {
    const memory = new MemorySink();
    expect(await look(memory)).toEqual({ aheadMs: 0, canDelete: true });
    expect(memory.objects.size).toBe(0);
    const error = (): AdcsBackupError => new AdcsBackupError('sink-failed', 'no');
    const faulty = new FaultySink(new MemorySink(), [{ method: 'delete', error }]);
    await expect(lookAtPlace(faulty, 'conformance-x/', {})).rejects.toMatchObject({ code: 'sink-failed' });
  });

  it('takes the settings for what the place is set up for', () => {
    const setting = (name: string, state: SinkSetting['state']): SinkSetting => ({ name, state, message: 'x' });
    const off = [setting('lock', 'off'), setting('versioning', 'off')];
    const unknown = [setting('lock', 'unknown'), setting('versioning', 'unknown')];
    const on = [setting('lock', 'on'), setting('versioning', 'on')];
    const both = { retention: true, versions: true };
    expect([off, unknown, on, []].map(setUpOf)).toEqual([{ retention: false, versions: false }, {}, {}, {}]);
    expect(Object.keys(unseenOf(unknown, both))).toEqual(['retention', 'versions']);
    expect([off, on, []].map((settings) => unseenOf(settings, both))).toEqual([{}, {}, {}]);
    expect(unseenOf(unknown, { retention: false, versions: false })).toEqual({});
  });

  it('says what stays behind, also where versions are kept', () => {
    const where = { prefix: 'conformance-x/', canDelete: true, settings: [] };
    const versioned = { ...where, settings: [{ name: 'versioning', state: 'on', message: 'x' } as const] };
    expect(leftText({ objects: 0, bytes: 0 }, versioned)).toBe(
      'left behind       nothing but the versions that the place keeps of conformance-x/*',
    );
    expect(leftText({ objects: 2, bytes: 1024 }, where)).toBe(
      'left behind       2 objects conformance-x/* (1.0 KiB): could not be deleted',
    );
  });
});

describe('a sink until a signal', () => {
  it('ends every call by it, and hears the signals of calls all the same', async () => {
    const memory = new MemorySink({ versions: true });
    const settings = async (options: { signal?: AbortSignal | undefined } = {}) => {
      options.signal?.throwIfAborted();
      return [];
    };
    const controller = new AbortController();
    const sink = sinkUntil(Object.assign(memory, { settings }), controller.signal);
    const callsWith = (options: { signal?: AbortSignal } = {}) => [
      () => sink.put(key, body, options),
      () => sink.get(key, options),
      () => sink.stat(key, options),
      () => keysOf(sink, '', options),
      () => sink.versions?.(key, options),
      () => sink.settings?.(options),
      () => sink.delete(key, options),
    ];
    for (const call of callsWith()) await call();
    const own = new Error('own');
    for (const call of callsWith({ signal: AbortSignal.abort(own) })) await expect(call()).rejects.toBe(own);
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    for (const call of callsWith()) await expect(call()).rejects.toBe(reason);
    for (const call of callsWith({ signal: new AbortController().signal })) await expect(call()).rejects.toBe(reason);
    await sink[Symbol.asyncDispose]();
    expect(memory.disposed).toBe(true);
  });

  it('has no more than the sink has', async () => {
    const { signal } = new AbortController();
    const disk = await openDiskSink(await newFolder());
    expect(sinkUntil(disk, signal).versions).toBeUndefined();
    expect(sinkUntil(disk, signal).settings).toBeUndefined();
    expect(sinkUntil(disk, signal).supports).toBe(disk.supports);
  });
});
