import type { Check } from './check.ts';
import { type ConformanceGroup, groups } from './groups.ts';
import { Room } from './room.ts';
import { completeSubject, type SinkUnderTest } from './subject.ts';

/** A check, ready to be run on one sink. */
export interface ConformanceCheck {
  readonly group: ConformanceGroup;
  /** Unique in its group. */
  readonly name: string;
  /** Why it should not be run; undefined when it should. */
  readonly skip: string | undefined;
  /** Resolves when the sink keeps the promise. Opens what it needs, and deletes what it put. @throws what is wrong */
  run(): Promise<void>;
}

/** Shorter ones would be found in texts that have nothing to do with them. */
const shortestSecret = 8;

/**
 * All checks, in the contract's order.
 * @throws Error when `skip` names a check that there isn't, or a secret has less than 8 characters
 */
export function conformanceChecks(given: SinkUnderTest): readonly ConformanceCheck[] {
  const subject = completeSubject(given);
  if (subject.secrets.some((secret) => secret.length < shortestSecret)) {
    throw new Error(`a secret has less than ${shortestSecret} characters: it can't be looked for`);
  }
  const skipped = new Set<string>();
  const reasonOf = (name: string): string | undefined => {
    const reason = subject.skip[name];
    if (reason !== undefined) skipped.add(name);
    return reason;
  };
  const bind = (group: ConformanceGroup, check: Check): ConformanceCheck => {
    const reasons = [reasonOf(group), reasonOf(`${group}: ${check.name}`), check.skip?.(subject)];
    return {
      group,
      name: check.name,
      skip: reasons.find((reason) => reason !== undefined),
      // Without parameters: runners take functions that have some for ones with a callback.
      run: () => Room.use(subject, check.run),
    };
  };
  const checks = groups.flatMap(([group, members]) => members.map((check) => bind(group, check)));
  const unknown = Object.keys(subject.skip).filter((name) => !skipped.has(name));
  if (unknown.length > 0) throw new Error(`no check or group is called ${JSON.stringify(unknown[0])}`);
  return checks;
}
