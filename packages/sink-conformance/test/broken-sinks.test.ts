import { afterEach, describe, expect, it } from 'vitest';
import { type ConformanceCheck, conformanceChecks, type SinkUnderTest } from '../src/index.ts';
import type { Fault, FaultyGroup } from './fault.ts';
import { capabilities } from './faults/capabilities.ts';
import { body, roundTrip, sizes } from './faults/contents.ts';
import { disposal, errors, leftTimers, secrets } from './faults/endings.ts';
import { deleting, keys, listing } from './faults/lists.ts';
import { noPacingFaults, pacingFaults } from './faults/pacing.ts';
import { atomicity, writeOnce } from './faults/puts.ts';
import { maxBytes, ranges, readAfterWrite } from './faults/reads.ts';
import { keptVersionFaults, noRetentionFaults, retentionFaults, unlockedFaults } from './faults/retention.ts';
import { settings } from './faults/settings.ts';
import { cancelling } from './faults/signals.ts';
import { unversionedFaults, versionFaults } from './faults/versions.ts';
import { pacingSubject } from './pacing-sink.ts';
import { retainingSubject, unlockedSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';
import { tellingSubject } from './telling-sink.ts';
import { unversionedSubject, versioningSubject } from './versioning-sink.ts';

const plain = [
  ...[roundTrip, sizes, body, writeOnce, atomicity, readAfterWrite, ranges, maxBytes],
  ...[listing, keys, deleting, cancelling, errors, disposal, secrets, capabilities],
  ...[noRetentionFaults, noPacingFaults],
];

/** Faults of sinks that can more, and how such a sink is made. */
const special: readonly (readonly [FaultyGroup, typeof subjectOn])[] = [
  [retentionFaults, retainingSubject],
  [unlockedFaults, unlockedSubject],
  [keptVersionFaults, versioningSubject],
  [versionFaults, versioningSubject],
  [unversionedFaults, unversionedSubject],
  [pacingFaults, pacingSubject],
  [settings, tellingSubject],
];

/** A runner of a few lines: the names of the checks that fail. */
async function failedOf(checks: readonly ConformanceCheck[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of checks) {
    const [result] = await Promise.allSettled([run()]);
    if (result.status === 'rejected') failed.push(name);
  }
  return failed;
}

function testGroup({ group, faults }: FaultyGroup, subjectOf: (fault: Fault) => SinkUnderTest): void {
  describe(group, () => {
    for (const fault of faults) {
      it(`notices a sink that ${fault.name}`, async () => {
        const checks = conformanceChecks(subjectOf(fault));
        const tried = checks.filter((check) => check.group === group && check.skip === undefined);
        expect(await failedOf(tried)).toEqual(fault.fails);
      });
    }
  });
}

afterEach(() => {
  for (const timer of leftTimers.splice(0)) clearInterval(timer);
});

for (const group of plain) testGroup(group, ({ name, wrap }) => subjectOn(name, wrap));
for (const [group, subject] of special) testGroup(group, ({ name, wrap }) => subject(name, wrap));

describe('the faults', () => {
  it('are noticed by every check of the kit', () => {
    const noticed = new Set(
      [...plain, ...special.map(([group]) => group)].flatMap(({ group, faults }) =>
        faults.flatMap(({ fails }) => fails.map((name) => `${group}: ${name}`)),
      ),
    );
    const all = conformanceChecks(subjectOn('', ({ sink }) => sink)).map(({ group, name }) => `${group}: ${name}`);
    expect(noticed).toEqual(new Set(all));
  });
});
