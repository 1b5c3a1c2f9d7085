import type { Faults } from '@adcs-backup/standin';
import type { ObservedRun } from './observed-run.ts';
import type { Stop } from './process.ts';

/** An exit code; null when the process was killed. */
export type Ending = number | null;

/** Something that is done to a run. */
export interface Disturbance {
  /** For people. */
  readonly kind: string;
  readonly faults?: Faults;
  /** What the faulty sink is told to do. */
  readonly sinkQuery?: string;
  readonly flags?: readonly string[];
  readonly stop?: Stop;
  /** Codes of warnings that it may cause. */
  readonly warnings?: readonly string[];
  /** Whether processes may be gone without having ended their session. */
  readonly leavesSession?: boolean;
  /** How the run has to end, as documented. `undisturbed`: how it might have ended without this. */
  readonly endings: (run: ObservedRun, undisturbed: readonly Ending[]) => readonly Ending[];
}

/** For what no backup may notice. */
export const unnoticed: Disturbance['endings'] = (_run, undisturbed) => undisturbed;

/** How a run may end that nothing was done to. */
export function undisturbedEndings({ plan, before }: ObservedRun): readonly Ending[] {
  // Where logs only don't do, they are refused by the engine or by us, or end before a gap.
  return plan.type === 'logs-only' && !before.isSettled ? [0, 3, 1, 14] : [0, 3];
}
