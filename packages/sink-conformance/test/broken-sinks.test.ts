import { afterEach, describe, expect, it } from 'vitest';
import { type ConformanceCheck, conformanceChecks, type SinkUnderTest } from '../src/index.ts';
import type { Fault, FaultyGroup } from './fault.ts';
import { capabilities, retentionFaults, versionFaults } from './faults/capabilities.ts';
import { body, roundTrip, sizes } from './faults/contents.ts';
import { disposal, errors, leftTimers, secrets } from './faults/endings.ts';
import { deleting, keys, listing } from './faults/lists.ts';
import { atomicity, writeOnce } from './faults/puts.ts';
import { maxBytes, ranges, readAfterWrite } from './faults/reads.ts';
import { cancelling } from './faults/signals.ts';
import { retainingSubject, versioningSubject } from './retaining-sink.ts';
import { subjectOn } from './subject.ts';

const supports = { retention: true, versions: false };
const plain = [
  ...[roundTrip, sizes, body, writeOnce, atomicity, readAfterWrite, ranges, maxBytes],
  ...[listing, keys, deleting, cancelling, errors, disposal, secrets, capabilities],
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
testGroup(retentionFaults, ({ name, wrap }) => ({ ...subjectOn(name, wrap), supports }));
testGroup(versionFaults, ({ name, wrap }) => versioningSubject(name, wrap));

describe('the faults', () => {
  it('are noticed by every check of the kit', () => {
    const noticed = new Set(
      [...plain, retentionFaults, versionFaults].flatMap(({ group, faults }) =>
        faults.flatMap(({ fails }) => fails.map((name) => `${group}: ${name}`)),
      ),
    );
    const all = [subjectOn('', ({ sink }) => sink), retainingSubject(), versioningSubject()]
      .flatMap((subject) => conformanceChecks(subject))
      .map(({ group, name }) => `${group}: ${name}`);
    expect(noticed).toEqual(new Set(all));
  });
});
