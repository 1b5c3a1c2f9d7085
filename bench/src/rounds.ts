import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bench } from './bench.ts';
import { bytesIn, warm } from './folder.ts';
import type { Measured } from './measure.ts';
import type { Place } from './place.ts';
import type { Tool } from './tool.ts';

const run = promisify(execFile);

/** The same list, begun elsewhere in each round, so that no tool always comes first. */
export function inTurn<Member>(members: readonly Member[], round: number): readonly Member[] {
  const first = members.length === 0 ? 0 : (round - 1) % members.length;
  return [...members.slice(first), ...members.slice(0, first)];
}

/** Calls once for each round and tool, in alternating order. */
export async function eachTurn(bench: Bench, turn: (tool: Tool, round: number) => Promise<void>): Promise<void> {
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const tool of inTurn(bench.tools, round)) await turn(tool, round);
  }
}

/** One run to measure. */
export interface Task {
  readonly task: string;
  readonly round: number;
  readonly tool: Tool;
  /** What the run reads: it finds all of that in memory. */
  readonly reads: readonly string[];
  /** A place that it adds to. */
  readonly fills?: Place;
}

/** Measures one run: nothing of earlier runs is still to be written, what it reads is in memory. */
export async function measureTask(bench: Bench, task: Task, body: () => Promise<Measured>): Promise<void> {
  for (const folder of task.reads) await warm(folder);
  await run('sync');
  const before = task.fills === undefined ? 0 : await bytesIn(task.fills.repository);
  const { wallSeconds, cpuSeconds, peakBytes } = await body();
  const grown = task.fills === undefined ? {} : { storedBytes: (await bytesIn(task.fills.repository)) - before };
  bench.record({
    task: task.task,
    tool: task.tool.name,
    round: task.round,
    wallSeconds,
    cpuSeconds,
    peakBytes,
    ...grown,
  });
}
