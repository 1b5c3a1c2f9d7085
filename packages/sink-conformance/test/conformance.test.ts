import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, it } from 'vitest';
import { conformanceChecks, type SinkUnderTest, testSinkConformance } from '../src/index.ts';
import { changed } from './fault.ts';
import { pacingSubject } from './pacing-sink.ts';
import { retainingSubject, unlockedSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';
import { unversionedSubject, versioningSubject } from './versioning-sink.ts';

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
      'retention: refuses a put that it can not retain: the sink does not support retention',
      'retention: stores and gives what is to be retained, once: the sink does not support retention',
      'retention: keeps an object until retainUntil, and no longer: the sink does not support retention',
      ...conformanceChecks({ name, open })
        .filter(({ group }) => group === 'versions')
        .map((check) => `versions: ${check.name}: the sink does not support versions`),
      ...conformanceChecks({ name, open })
        .filter(({ group }) => group === 'pacing')
        .slice(1)
        .map((check) => `pacing: ${check.name}: the sink does not support pacing`),
      'settings: shows no credential in its settings: no `secrets` were given',
    ]);
  });

  it('says what the place is not set up for', () => {
    const skipped = [
      ...skippedOf(unlockedSubject()),
      ...skippedOf(unversionedSubject()),
      ...skippedOf(pacingSubject()),
    ];
    const reasons = skipped.map((text) => text.slice(text.lastIndexOf(': ') + 2));
    expect([...new Set(reasons)]).toEqual([
      'the sink supports retention',
      'the place is not set up for retention',
      'the sink does not support versions',
      'the sink does not support pacing',
      'the sink does not support retention',
      'the place keeps no versions',
      'the sink supports pacing',
    ]);
    expect(skippedOf(retainingSubject())).toContain(
      'retention: refuses a put that it can not retain: the place is set up for retention',
    );
    expect(skippedOf(versioningSubject())).toContain(
      'versions: gives no more than the current version where none are kept, or refuses: the place keeps versions',
    );
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

  it('that cannot open the sink fails with what opening rejects with', async () => {
    const reason = new Error('no such bucket');
    await expect(runFirst({ name: '', open: () => Promise.reject(reason) }, 'sizes')).rejects.toBe(reason);
  });
});

describe('credentials that may not delete', () => {
  /** A place in memory, where every delete is refused. */
  const undeletable = (prefix: string): { subject: SinkUnderTest; place: MemorySink } => {
    const place = new MemorySink();
    const sink = changed(place, {
      delete: async (key, options) => {
        await place.stat(key, options);
        throw new AdcsBackupError('sink-denied', `no right to delete ${key}`);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
    const open = (): Promise<BackupSink> => Promise.resolve(sink);
    return { subject: { name: 'undeletable', open, canDelete: false, prefix }, place };
  };

  it('skip what needs a delete, and pass all else', async () => {
    const { subject, place } = undeletable('conformance-mine/');
    const skipped = skippedOf(subject).filter((text) => text.endsWith(': the credentials may not delete'));
    expect(skipped.map((text) => text.slice(0, text.lastIndexOf(': ')))).toEqual([
      ...conformanceChecks(subject)
        .filter(({ group }) => group === 'deleting')
        .slice(0, 5)
        .map(({ name }) => `deleting: ${name}`),
      'cancelling: ends delete with the very reason, or as usual, when it is aborted on the way',
      'cancelling: leaves the whole object or nothing when a delete is aborted',
    ]);
    for (const { group, skip, run } of conformanceChecks(subject)) {
      // The sinks here are never closed: they share their place.
      if (skip === undefined && !['disposal', 'settings'].includes(group)) await run();
    }
    expect(place.objects.size).toBeGreaterThan(1000);
    expect([...place.objects.keys()].filter((key) => !key.startsWith('conformance-mine/'))).toEqual([]);
  });

  it('skip what needs a delete of versions and of retained objects', () => {
    const skipped = [retainingSubject(), versioningSubject()]
      .flatMap((subject) => skippedOf({ ...subject, canDelete: false }))
      .filter((text) => text.endsWith(': the credentials may not delete'));
    expect(skipped).toContain(
      'retention: keeps an object until retainUntil, and no longer: the credentials may not delete',
    );
    expect(skipped).toContain('versions: keeps what was deleted as a version: the credentials may not delete');
    expect(skipped).toContain('versions: gives the newest version first: the credentials may not delete');
  });

  it('let retained objects be put once all the same', async () => {
    const subject = { ...retainingSubject(), canDelete: false };
    for (const { group, skip, run } of conformanceChecks(subject)) {
      if (group === 'retention' && skip === undefined) await run();
    }
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
  expect(added.filter((name) => name.endsWith(':'))).toHaveLength(21);
  expect(added).toContain('skipped: changes nothing in the body, nor around it (why)');
  expect(added).toContain('gives back the same bytes, whatever they are');
  await bodies[0]?.();
});
