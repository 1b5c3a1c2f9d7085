import { rm } from 'node:fs/promises';
import { linesOf } from './answer.ts';
import type { Bench } from './bench.ts';
import { adcsBackup } from './command.ts';
import { makeManySets } from './many-sets.ts';
import { type Measured, measure } from './measure.ts';
import { emptyPlace, type Place } from './place.ts';
import { inTurn } from './rounds.ts';
import { HELP, LIST, NODE_ALONE } from './tasks.ts';

const SETS = 10_000;
const STARTS = 20;

/** Measures what only we are asked about: a long list, and how soon the command is there. */
export async function measureOwn(bench: Bench, base: Place): Promise<void> {
  const { repository, folder } = await emptyPlace(bench.folders.newest);
  await makeManySets(base.repository, repository, SETS);
  for (let round = 1; round <= bench.rounds; round += 1) {
    recordOurs(bench, { task: LIST, round }, await listAll(repository));
  }
  await rm(folder, { recursive: true });
  for (let round = 1; round <= STARTS; round += 1) {
    for (const start of inTurn([startHelp, startNode], round)) await start(bench, round);
  }
}

async function listAll(sink: string): Promise<Measured> {
  const measured = await adcsBackup('list', sink, '--json');
  const listed = linesOf(measured.stdout, 'set-listed').length;
  if (listed === SETS) return measured;
  throw new Error(`adcs-backup listed ${listed} of ${SETS} sets`);
}

async function startHelp(bench: Bench, round: number): Promise<void> {
  const measured = await adcsBackup('--help');
  if (!measured.stdout.startsWith('Usage: adcs-backup')) throw new Error('adcs-backup --help printed no help');
  recordOurs(bench, { task: HELP, round }, measured);
}

/** What of a start is Node's own. */
async function startNode(bench: Bench, round: number): Promise<void> {
  recordOurs(bench, { task: NODE_ALONE, round }, await measure(process.execPath, ['--eval', '0']));
}

function recordOurs(bench: Bench, run: { readonly task: string; readonly round: number }, measured: Measured): void {
  const { wallSeconds, cpuSeconds, peakBytes } = measured;
  bench.record({ ...run, tool: 'adcs-backup', wallSeconds, cpuSeconds, peakBytes });
}
