import type { Summary } from './figures.ts';
import { FIRST_FULL, HELP, MAIN_PERCENT, secondFull } from './tasks.ts';

/** A promise of ours about cost, held against what was measured. */
export interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly verdict: 'met' | 'not met' | 'not measured';
}

const MIB = 2 ** 20;

const SECOND = secondFull(MAIN_PERCENT);

export function verdictsOn(found: readonly Summary[]): readonly Verdict[] {
  const of = (task: string): Summary | undefined => found.find((summary) => summary.task === task);
  const ratio = (task: string, quantity: 'wallSeconds' | 'storedBytes') => of(task)?.ratio('restic', quantity);
  const start = of(HELP)?.median('adcs-backup', 'wallSeconds');
  return [
    ratioVerdict(`${FIRST_FULL}: at most 0.6 of restic's wall time`, ratio(FIRST_FULL, 'wallSeconds'), 0.6),
    ratioVerdict(`${SECOND}: at most 0.5 of restic's wall time`, ratio(SECOND, 'wallSeconds'), 0.5),
    ratioVerdict(`${SECOND}: at most 0.15 of restic's stored bytes`, ratio(SECOND, 'storedBytes'), 0.15),
    memoryVerdict(found),
    verdict(`${HELP}: under 150 ms`, start, (value) => [value < 0.15, `${Math.round(value * 1000)} ms`]),
  ];
}

/** The same, into an S3 server beside restic. */
export function s3VerdictsOn(found: readonly Summary[]): readonly Verdict[] {
  const ratio = (task: string) => found.find((summary) => summary.task === task)?.ratio('restic', 'wallSeconds');
  return [
    ratioVerdict(`${FIRST_FULL} into S3: at most 0.6 of restic's wall time`, ratio(FIRST_FULL), 0.6),
    ratioVerdict(`${SECOND} into S3: at most 0.5 of restic's wall time`, ratio(SECOND), 0.5),
    memoryVerdict(found),
  ];
}

function ratioVerdict(target: string, ratio: number | undefined, limit: number): Verdict {
  return verdict(target, ratio, (value) => [value <= limit, value.toFixed(2)]);
}

function memoryVerdict(found: readonly Summary[]): Verdict {
  const peaks = found.flatMap((summary) => summary.highest('adcs-backup', 'peakBytes') ?? []);
  const highest = peaks.length === 0 ? undefined : Math.max(...peaks);
  return verdict('resident memory: under 256 MiB in every run', highest, (value) => {
    return [value < 256 * MIB, `${Math.round(value / MIB)} MiB`];
  });
}

function verdict(
  target: string,
  value: number | undefined,
  judge: (value: number) => readonly [isMet: boolean, measured: string],
): Verdict {
  if (value === undefined) return { target, measured: 'nothing', verdict: 'not measured' };
  const [isMet, measured] = judge(value);
  return { target, measured, verdict: isMet ? 'met' : 'not met' };
}
