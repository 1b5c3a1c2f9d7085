import { join } from 'node:path';
import { createCa } from '@adcs-backup/standin';
import { type Bench, type Folders, placeOf } from './bench.ts';
import type { Run } from './figures.ts';
import { measureFirstFull } from './first-full.ts';
import { measureOwn } from './own.ts';
import { measureReading } from './reading.ts';
import { measureSecondFull } from './second-full.ts';
import { CHANGED_PERCENT, LIST, MAIN_PERCENT, OWN_TASKS } from './tasks.ts';
import type { Tool } from './tool.ts';
import { seconds } from './words.ts';

export interface Setting {
  /** An empty folder. */
  readonly folder: string;
  readonly databaseBytes: number;
  readonly rounds: number;
  readonly tools: readonly Tool[];
  readonly say: (text: string) => void;
}

/** Takes all measurements, one stage after the other. */
export async function tellStory(setting: Setting): Promise<readonly Run[]> {
  const { databaseBytes, rounds, tools, say } = setting;
  const folders = foldersIn(setting.folder);
  const runs: Run[] = [];
  const record = (run: Run): void => {
    runs.push(run);
    if (run.task === LIST || !OWN_TASKS.includes(run.task)) say(lineOf(run));
  };
  const ca = await createCa(folders.ca, { databaseBytes });
  const bench: Bench = { ca, rounds, tools, folders, record };
  const base = await measureFirstFull(bench);
  for (const percent of CHANGED_PERCENT) {
    const places = await measureSecondFull(bench, base, { percent, databaseBytes });
    if (percent === MAIN_PERCENT) await measureReading(bench, places);
  }
  await measureOwn(bench, placeOf(base, { name: 'adcs-backup' }));
  return runs;
}

function foldersIn(folder: string): Folders {
  return {
    ca: join(folder, 'ca'),
    caAfterFirst: join(folder, 'ca-after-first'),
    logs: join(folder, 'ca-logs'),
    handedOut: join(folder, 'handed-out'),
    restored: join(folder, 'restored'),
    newest: join(folder, 'newest'),
    run: (tool) => join(folder, 'run', tool),
    base: (tool) => join(folder, 'base', tool),
  };
}

function lineOf({ task, round, tool, wallSeconds, storedBytes }: Run): string {
  const stored = storedBytes === undefined ? '' : `, ${(storedBytes / 2 ** 20).toFixed(1)} MiB stored`;
  return `${task.padEnd(28)} round ${round}  ${tool.padEnd(11)} ${seconds(wallSeconds).padStart(6)} s${stored}`;
}
