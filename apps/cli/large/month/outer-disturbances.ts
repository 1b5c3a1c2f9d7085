import { type Disturbance, type Ending, unnoticed } from './disturbance.ts';
import type { ObservedRun } from './observed-run.ts';
import type { Random } from './random.ts';

/** What the sink, an operator or a crash can do to a run. */

interface SinkFault {
  readonly kind: string;
  readonly query: Readonly<Record<string, string>>;
  readonly endings: Disturbance['endings'];
  readonly warnings?: readonly string[];
}

const sinkFaults: readonly SinkFault[] = [
  { kind: 'refuses the begin', query: { method: 'put', key: 'begin', code: 'sink-denied' }, endings: () => [13] },
  { kind: 'is full', query: { method: 'put', key: 'pack-', code: 'sink-full' }, endings: () => [13] },
  { kind: 'is gone', query: { method: 'put', key: 'map-', code: 'sink-unreachable' }, endings: () => [12] },
  {
    kind: 'refuses the manifest',
    query: { method: 'put', key: '(full|only).json$', code: 'sink-denied' },
    endings: () => [13],
  },
  {
    kind: 'refuses the outcome',
    query: { method: 'put', key: 'outcome', code: 'sink-denied' },
    endings: () => [3],
    warnings: ['outcome-not-stored'],
  },
  { kind: "can't be listed", query: { method: 'list', code: 'sink-unreachable' }, endings: () => [12] },
  {
    kind: "can't be read",
    query: { method: 'get', code: 'sink-failed' },
    endings: ({ before }, undisturbed) => (before.labels.length === 0 ? undisturbed : [1]),
  },
  {
    kind: 'is gone before truncation',
    query: { method: 'stat', code: 'sink-unreachable' },
    endings: ({ plan }, undisturbed) => (plan.truncates ? [12] : undisturbed),
  },
  {
    kind: 'is away for a moment',
    query: { method: 'put', key: 'pack-', code: 'sink-unreachable', retryable: '1', times: '1' },
    endings: unnoticed,
  },
];

export function sinkFault(random: Random): Disturbance {
  const { kind, query, endings, ...more } = random.one(sinkFaults);
  return { ...more, kind: `sink: ${kind}`, sinkQuery: String(new URLSearchParams(query)), endings };
}

const states = [
  'checking-server',
  'preparing-session',
  'saving-restore-map',
  'copying-database-file',
  'listing-logs',
  'copying-log-file',
  'sealing',
  'truncating-logs',
  'ending-session',
  'releasing-library',
] as const;

export function killed(random: Random): Disturbance {
  return {
    kind: 'killed',
    faults: { slowReadMs: random.integer(0, 15) },
    stop: { signal: 'SIGKILL', ...moment(random) },
    leavesSession: true,
    endings: (_run, undisturbed) => [null, ...undisturbed],
  };
}

const exitCodeOf = { SIGINT: 130, SIGTERM: 143 } as const;

export function interrupted(random: Random): Disturbance {
  const signal = random.one(['SIGINT', 'SIGTERM'] as const);
  return {
    kind: signal,
    faults: { slowReadMs: random.integer(0, 15) },
    stop: { signal, ...moment(random) },
    // Node itself ends the process as long as it has not begun to listen.
    endings: (run, undisturbed): readonly Ending[] => [exitCodeOf[signal], ...unheard(run), ...undisturbed],
  };
}

function unheard({ lines }: ObservedRun): readonly Ending[] {
  return lines.length === 0 ? [null] : [];
}

function moment(random: Random): { readonly state: string | undefined; readonly delayMs: number } {
  if (random.happens(0.3)) return { state: undefined, delayMs: random.integer(0, 1500) };
  return { state: random.one(states), delayMs: random.integer(0, 12) };
}
