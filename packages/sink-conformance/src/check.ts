import type { Room } from './room.ts';
import type { CompleteSubject } from './subject.ts';

/** One promise of the contract, and how it is tried. */
export interface Check {
  /** What the sink does, as a sentence without its subject. */
  readonly name: string;
  /** Why it can't be tried on this sink; undefined when it can. */
  readonly skip?: (subject: CompleteSubject) => string | undefined;
  /** @throws what is wrong, mostly an AssertionError */
  readonly run: (room: Room) => Promise<void>;
}

export function needsDelete({ canDelete }: CompleteSubject): string | undefined {
  return canDelete ? undefined : 'the credentials may not delete';
}

export function needsFailures({ failures }: CompleteSubject): string | undefined {
  return failures.length === 0 ? 'no `failures` were given' : undefined;
}

export function needsSecrets({ secrets }: CompleteSubject): string | undefined {
  return secrets.length === 0 ? 'no `secrets` were given' : undefined;
}
