/** What the check of every page and log adds to a first full: the same command with and without it, in turns. */
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
const withoutChecks = fileURLToPath(new URL('./without-checks.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '7' },
    'limit-percent': { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'adcs-backup-checks-'));
try {
  const ca = await createCa(join(folder, 'ca'), { databaseBytes: Number(values.mib) * 1024 ** 2 });
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const order = round % 2 === 0 ? [true, false] : [false, true];
    const costs = new Map<boolean, Measured>();
    for (const checks of order) costs.set(checks, await firstFull(ca.library, checks));
    const [on, off] = [costs.get(true), costs.get(false)];
    if (on === undefined || off === undefined) throw new Error('a round was not measured');
    wall.push(on.wallSeconds / off.wallSeconds);
    cpu.push(on.cpuSeconds / off.cpuSeconds);
    console.log(`round ${round + 1}: ${on.wallSeconds.toFixed(2)} s with, ${off.wallSeconds.toFixed(2)} s without`);
  }
  const [addedWall, addedCpu] = [wall, cpu].map((ratios) => ((median(ratios) ?? Number.NaN) - 1) * 100);
  const percent = (value = Number.NaN): string => `${value.toFixed(1)} %`;
  console.log(
    `First full of ${values.mib} MiB: the check adds ${percent(addedWall)} wall time, ${percent(addedCpu)} CPU time`,
  );
  const limit = values['limit-percent'];
  if (limit !== undefined && !((addedWall ?? Number.NaN) <= Number(limit))) {
    console.error(`error: more than ${limit} %`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function firstFull(library: string, checks: boolean): Promise<Measured> {
  const sink = join(folder, 'sink');
  rmSync(sink, { recursive: true, force: true });
  mkdirSync(sink);
  const options = ['--disable-warning=ExperimentalWarning', '--conditions=@adcs-backup/source'];
  const hook = checks ? [] : ['--import', withoutChecks];
  const command = [...options, ...hook, main, 'backup', sink, '--certadm', library, '--json'];
  const measured = await measure(process.execPath, command);
  lineOf(measured.stdout, 'backup-ended');
  return measured;
}
