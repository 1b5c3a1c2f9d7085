import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCa } from '@adcs-backup/standin';
import { lineOf } from './answer.ts';
import { median } from './figures.ts';
import { type Measured, measure } from './measure.ts';

const main = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** A backup in the two ways that are compared. */
interface Variant {
  /** For Node. */
  readonly nodeArgs?: readonly string[];
  /** For the command. */
  readonly flags?: readonly string[];
}

export interface Comparison {
  /** What the first way has and the second hasn't: "the check". */
  readonly what: string;
  readonly with: Variant;
  readonly without: Variant;
}

/**
 * Measures what something adds to a first full: the same command with and without it, in turns. Takes `--mib`, `--rounds`
 * and `--limit-percent` (of wall time; above it the exit code is 1).
 */
export async function measureAddedCost(comparison: Comparison): Promise<void> {
  const { values } = parseArgs({
    options: {
      mib: { type: 'string', default: '1024' },
      rounds: { type: 'string', default: '7' },
      'limit-percent': { type: 'string' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-added-'));
  try {
    const { library } = await createCa(join(folder, 'ca'), { databaseBytes: Number(values.mib) * 1024 ** 2 });
    const added = await compare({ folder, library, rounds: Number(values.rounds) }, comparison);
    const percent = (value: number): string => `${value.toFixed(1)} %`;
    console.log(
      `First full of ${values.mib} MiB: ${comparison.what} adds ${percent(added.wall)} wall time, ${percent(added.cpu)} CPU time`,
    );
    const limit = values['limit-percent'];
    if (limit === undefined || added.wall <= Number(limit)) return;
    console.error(`error: more than ${limit} %`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly folder: string;
  readonly library: string;
  readonly rounds: number;
}

/** In percent, by the median of the rounds. */
async function compare(place: Place, comparison: Comparison): Promise<{ readonly wall: number; readonly cpu: number }> {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < place.rounds; round += 1) {
    const order = round % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const);
    const costs = new Map<string, Measured>();
    for (const way of order) costs.set(way, await firstFull(place, comparison[way]));
    const [on, off] = [costs.get('with'), costs.get('without')];
    if (on === undefined || off === undefined) throw new Error('a round was not measured');
    wall.push(on.wallSeconds / off.wallSeconds);
    cpu.push(on.cpuSeconds / off.cpuSeconds);
    console.log(`round ${round + 1}: ${on.wallSeconds.toFixed(2)} s with, ${off.wallSeconds.toFixed(2)} s without`);
  }
  const added = (ratios: readonly number[]): number => ((median(ratios) ?? Number.NaN) - 1) * 100;
  return { wall: added(wall), cpu: added(cpu) };
}

async function firstFull({ folder, library }: Place, { nodeArgs = [], flags = [] }: Variant): Promise<Measured> {
  const sink = join(folder, 'sink');
  rmSync(sink, { recursive: true, force: true });
  mkdirSync(sink);
  const options = ['--disable-warning=ExperimentalWarning', '--conditions=@adcs-backup/source', ...nodeArgs];
  const measured = await measure(process.execPath, [
    ...options,
    main,
    ...['backup', sink, '--certadm', library, '--json', ...flags],
  ]);
  lineOf(measured.stdout, 'backup-ended');
  return measured;
}
