import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summaries } from './figures.ts';
import { plotOf } from './plot.ts';
import { type Results, reportOf } from './report.ts';
import { verdictsOn } from './targets.ts';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** Writes report, plot and raw figures; says which targets are met. */
export async function writeResults(results: Results, say: (text: string) => void): Promise<void> {
  const path = join(folder, results.name);
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.json`, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(`${path}.svg`, plotOf(results.runs));
  await writeFile(`${path}.md`, reportOf(results));
  say('');
  for (const { target, measured, verdict } of verdictsOn(summaries(results.runs))) {
    say(`${verdict.padEnd(12)}  ${target}: ${measured}`);
  }
  say(`\nbench/results/${results.name}.md, .svg and .json are written.`);
}
