import { type ConformanceCheck, conformanceChecks } from './conformance.ts';
import type { SinkUnderTest } from './subject.ts';

type AddTest = (name: string, body: () => Promise<void>) => unknown;

/** What the kit needs of a test runner: `describe` and `it` of vitest, node:test and mocha fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly it: AddTest & { readonly skip: AddTest };
}

/** Adds a test for each promise of `BackupSink`; what can't be tried is added as skipped, with the reason. */
export function testSinkConformance({ describe, it }: TestRunner, subject: SinkUnderTest): void {
  const groups = Map.groupBy(conformanceChecks(subject), ({ group }) => group);
  describe(`${subject.name} keeps the sink contract`, () => {
    for (const [group, checks] of groups) {
      describe(group, () => {
        for (const check of checks) addTest(it, check);
      });
    }
  });
}

function addTest(it: TestRunner['it'], { name, skip, run }: ConformanceCheck): void {
  if (skip === undefined) it(name, run);
  else it.skip(`${name} (${skip})`, run);
}
