import type { Cost } from './measure.ts';
import { TASKS } from './tasks.ts';
import { others, type ToolName } from './tool.ts';

/** One measured run of one command. */
export interface Run extends Cost {
  /** What was measured: `first full`, `restore`, … */
  readonly task: string;
  readonly tool: ToolName;
  /** From 1; runs of one round follow each other closely, so they compare. */
  readonly round: number;
  /** By how much the repository grew; only of backups. */
  readonly storedBytes?: number;
}

/** What a run is judged by. */
export type Quantity = 'wallSeconds' | 'cpuSeconds' | 'peakBytes' | 'storedBytes';

/** Medians of one task. */
export interface Summary {
  readonly task: string;
  /** Undefined: the tool wasn't there, or doesn't store anything in this task. */
  median(tool: ToolName, quantity: Quantity): number | undefined;
  /** Of all rounds. */
  highest(tool: ToolName, quantity: Quantity): number | undefined;
  /** Ours divided by theirs, in each round; the median of that. */
  ratio(other: ToolName, quantity: Quantity): number | undefined;
}

/** One for each task that was measured, in the order of {@link TASKS}. */
export function summaries(runs: readonly Run[]): readonly Summary[] {
  const measured = new Set(runs.map((run) => run.task));
  const ordered = [...new Set([...TASKS, ...measured])].filter((task) => measured.has(task));
  return ordered.map((task) => {
    return summaryOf(
      task,
      runs.filter((run) => run.task === task),
    );
  });
}

/** Tools that were compared with, in the order of the report. */
export function othersIn(runs: readonly Run[]): readonly ToolName[] {
  return others.filter((tool) => runs.some((run) => run.tool === tool));
}

function summaryOf(task: string, runs: readonly Run[]): Summary {
  const amounts = (tool: ToolName, quantity: Quantity): ReadonlyMap<number, number> => {
    const found = new Map<number, number>();
    for (const run of runs) {
      const amount = run[quantity];
      if (run.tool === tool && amount !== undefined) found.set(run.round, amount);
    }
    return found;
  };
  return {
    task,
    median: (tool, quantity) => median([...amounts(tool, quantity).values()]),
    highest(tool, quantity) {
      const found = [...amounts(tool, quantity).values()];
      return found.length === 0 ? undefined : Math.max(...found);
    },
    ratio(other, quantity) {
      const theirs = amounts(other, quantity);
      const ours = amounts('adcs-backup', quantity);
      return median([...ours].flatMap(([round, amount]) => ratioOf(amount, theirs.get(round))));
    },
  };
}

function ratioOf(ours: number, theirs: number | undefined): readonly number[] {
  return theirs === undefined || theirs === 0 ? [] : [ours / theirs];
}

/** The middle one, or the mean of the two in the middle; undefined when there is none. */
export function median(amounts: readonly number[]): number | undefined {
  const sorted = amounts.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}
