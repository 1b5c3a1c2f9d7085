import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, it } from 'vitest';
import { conformanceChecks, type SinkUnderTest, testSinkConformance } from '../src/index.ts';
import { changed } from './fault.ts';
import { retainingSubject, versioningSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';

const healthy = (): SinkUnderTest => subjectOn('memory', ({ sink }) => sink);
const skippedOf = (subject: SinkUnderTest): string[] =>
  conformanceChecks(subject).flatMap(({ group, name, skip }) =>
    skip === undefined ? [] : [`${group}: ${name}: ${skip}`],
  );

describe('the list of checks', () => {
  it('names each check once', () => {
    const names = conformanceChecks(healthy()).map(({ group, name }) => `${group}: ${name}`);
    expect(names).toHaveLength(new Set(names).size);
    expect(names.length).toBeGreaterThan(90);
  });

  it('says what the caller has not given, and what the sink does not support', () => {
    const { name, open } = healthy();
    expect(skippedOf({ name, open })).toEqual([
      'atomicity: leaves nothing or the whole object when a put fails: no `failures` were given',
      'errors: says of each failing call what failed, whether it may be made again, and why: no `failures` were given',
      'secrets: shows no credential in its location: no `secrets` were given',
      'secrets: shows no credential in an error, its stack or its causes: no `secrets` were given',
      'secrets: shows no credential in the error of a failing call: no `secrets` were given',
      'capabilities: keeps an object until retainUntil, and no longer: the sink does not support retention',
      'capabilities: keeps what was deleted as a version: the sink does not support versions',
    ]);
  });

  it('says that a sink which supports retention and versions needs versionsOf', () => {
    const subject = { ...retainingSubject(), supports: { retention: true, versions: true } };
    expect(skippedOf(subject)).toEqual([
      'capabilities: takes a put with retainUntil and without support for it: the sink supports retention',
      'capabilities: keeps what was deleted as a version: no `versionsOf` was given',
    ]);
  });

  it('skips what the caller says, a group or one check', () => {
    const subject = {
      ...healthy(),
      skip: { sizes: 'slow here', 'body: changes nothing in the body, nor around it': 'known' },
    };
    expect(skippedOf(subject).slice(0, 5)).toEqual([
      'sizes: stores an empty object: slow here',
      'sizes: stores one byte: slow here',
      'sizes: stores 32 MiB: slow here',
      'sizes: refuses more than 32 MiB, and stores nothing of it: slow here',
      'body: changes nothing in the body, nor around it: known',
    ]);
  });

  it('refuses to skip what there is not', () => {
    expect(() => conformanceChecks({ ...healthy(), skip: { size: 'slow here' } })).toThrow(
      /no check or group is called "size"/,
    );
  });

  it('refuses a secret that would be found anywhere', () => {
    expect(() => conformanceChecks({ ...healthy(), secrets: ['me'] })).toThrow(/less than 8 characters/);
  });
});

/** Runs the first check of a group. */
async function runFirst(subject: SinkUnderTest, wanted: string): Promise<void> {
  await conformanceChecks(subject)
    .find(({ group }) => group === wanted)
    ?.run();
}

describe('a check', () => {
  it('leaves nothing behind, and what was there alone', async () => {
    const place = new MemorySink();
    place.objects.set('sets/ca/mine', { bytes: new Uint8Array(1), modifiedAt: new Date(), retainUntil: undefined });
    const sink = changed(place, { [Symbol.asyncDispose]: () => Promise.resolve() });
    for (const { group, skip, run } of conformanceChecks({ name: 'memory', open: async () => sink })) {
      if (group !== 'disposal' && skip === undefined) await run();
    }
    expect([...place.objects.keys()]).toEqual(['sets/ca/mine']);
    expect(place.calls.length).toBeGreaterThan(1000);
  });

  it('that fails leaves nothing behind either', async () => {
    const place = new MemorySink();
    const open = async (): Promise<MemorySink> =>
      Object.assign(new MemorySink(), { objects: place.objects, get: forgetful });
    await expect(runFirst({ name: 'forgetful', open }, 'sizes')).rejects.toThrow(/1 bytes, not 0/);
    expect(place.objects.size).toBe(0);
  });

  it('says what is left when cleaning up fails, too, and fails when only that does', async () => {
    const broken = { delete: () => Promise.reject(new Error('no right to delete')) };
    const half = subjectOn('', ({ sink }) => changed(sink, broken));
    await expect(runFirst(half, 'sizes')).rejects.toThrow('no right to delete');
    const whole = subjectOn('', ({ sink }) => changed(sink, { ...broken, get: forgetful }));
    const failing = runFirst(whole, 'sizes');
    await expect(failing).rejects.toThrow(
      /1 bytes, not 0.*\nCleaning up failed, too, and objects conformance-.* may be left/s,
    );
    await expect(failing).rejects.toMatchObject({
      errors: [{ name: 'AssertionError' }, { message: 'no right to delete' }],
    });
  });

  it('of retention needs no versionsOf where a delete only hides', async () => {
    const { versionsOf: _versionsOf, ...subject } = versioningSubject();
    const tried = conformanceChecks(subject).filter(({ name }) => name.startsWith('keeps an object until retainUntil'));
    expect(tried).toHaveLength(1);
    for (const { skip, run } of tried) {
      expect(skip).toBeUndefined();
      await run();
    }
  });

  it('that cannot open the sink fails with what opening rejects with', async () => {
    const reason = new Error('no such bucket');
    await expect(runFirst({ name: '', open: () => Promise.reject(reason) }, 'sizes')).rejects.toBe(reason);
  });
});

const forgetful = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(1));

it('adds a test for each check, and skipped ones with their reasons', async () => {
  const added: string[] = [];
  const bodies: (() => Promise<void>)[] = [];
  const noteIt = (name: string, body: () => Promise<void>): void => {
    added.push(name);
    bodies.push(body);
  };
  const describeNow = (name: string, body: () => void): void => {
    added.push(`${name}:`);
    body();
  };
  const skip = (name: string): unknown => added.push(`skipped: ${name}`);
  testSinkConformance(
    { describe: describeNow, it: Object.assign(noteIt, { skip }) },
    { ...healthy(), skip: { body: 'why' } },
  );
  expect(added[0]).toBe('memory keeps the sink contract:');
  expect(added.filter((name) => name.endsWith(':'))).toHaveLength(17);
  expect(added).toContain('skipped: changes nothing in the body, nor around it (why)');
  expect(added).toContain('gives back the same bytes, whatever they are');
  await bodies[0]?.();
});
