import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { othersIn, summaries } from './figures.ts';
import { introduction, type Results } from './report.ts';
import { comparison, markdownTable } from './table.ts';
import { s3VerdictsOn } from './targets.ts';
import { quantities } from './words.ts';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** Writes report and raw figures; says which targets are met. */
export async function writeS3Results(results: Results, say: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, results.name);
  await writeFile(`${path}.json`, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(`${path}.md`, reportOf(results));
  for (const { target, measured, verdict } of s3VerdictsOn(summaries(results.runs))) {
    say(`${verdict.padEnd(12)}  ${target}: ${measured}`);
  }
  say(`\nbench/results/${results.name}.md and .json are written.`);
}

function reportOf(results: Results): string {
  const found = summaries(results.runs);
  const others = othersIn(results.runs);
  const verdicts = s3VerdictsOn(found).map(({ target, measured, verdict }) => [target, measured, verdict]);
  const sections = [
    '# Bench: into an S3 server',
    introduction(results),
    '## Targets',
    markdownTable(['target', 'measured', 'verdict'], verdicts),
    ...quantities.flatMap((words) => [`## ${words.title}`, comparison(found, others, words)]),
    '## Tools',
    results.tools.map(({ version, settings, name }) => `- **${name}**: ${version}; ${settings}.`).join('\n'),
    conditions,
  ];
  return `${sections.join('\n\n')}\n`;
}

const conditions = `## Conditions

- The server is Ceph RadosGW with one disk of one copy, on the same machine, by HTTP over loopback: it takes its share of the
  cores from both tools, and no network is slow. Both use the same bucket, each a prefix of its own in each round.
- adcs-backup reads through the functions of Certadm, here the stand-in's. restic reads a folder of the files that Certadm hands
  out; what making it costs is not counted, to its advantage. restic encrypts, adcs-backup does not.
- What a run reads is read once before. The tools take turns in being first. Every run is checked: the repository lists one backup more,
  all bytes of the source were read; after the last round all that is stored is read and verified.`;
