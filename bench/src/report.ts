import { othersIn, type Run, type Summary, summaries } from './figures.ts';
import type { Machine } from './machine.ts';
import { comparison, markdownTable } from './table.ts';
import { verdictsOn } from './targets.ts';
import { OWN_TASKS } from './tasks.ts';
import type { ToolName } from './tool.ts';
import { quantities, seconds } from './words.ts';

/** All that one run of the bench found. */
export interface Results {
  readonly name: string;
  /** RFC 3339, in UTC. */
  readonly begunAt: string;
  readonly command: string;
  readonly machine: Machine;
  readonly databaseBytes: number;
  readonly rounds: number;
  readonly tools: readonly { readonly name: ToolName; readonly version: string; readonly settings: string }[];
  readonly runs: readonly Run[];
}

/** The report in Markdown; `<name>.svg` lies beside it. */
export function reportOf(results: Results): string {
  const { name, runs, tools } = results;
  const found = summaries(runs);
  const [compared, own] = [found.filter(isCompared), found.filter((summary) => !isCompared(summary))];
  const others = othersIn(runs);
  const verdicts = verdictsOn(found).map(({ target, measured, verdict }) => [target, measured, verdict]);
  const sections = [
    `# Bench: ${name}`,
    introduction(results),
    `![ours divided by theirs](${name}.svg)`,
    '## Targets',
    markdownTable(['target', 'measured', 'verdict'], verdicts),
    ...quantities.flatMap((words) => [`## ${words.title}`, comparison(compared, others, words)]),
    '## Ours alone',
    markdownTable(['', 'wall time, s', 'CPU time, s'], own.map(ownRow)),
    '## Tools',
    tools.map(({ version, settings, name: tool }) => `- **${tool}**: ${version}; ${settings}.`).join('\n'),
    conditions,
  ];
  return `${sections.join('\n\n')}\n`;
}

function isCompared({ task }: Summary): boolean {
  return !OWN_TASKS.includes(task);
}

function ownRow(summary: Summary): readonly string[] {
  const [wall, cpu] = (['wallSeconds', 'cpuSeconds'] as const).map((quantity) => {
    return seconds(summary.median('adcs-backup', quantity) ?? 0);
  });
  return [summary.task, wall ?? '', cpu ?? ''];
}

/** When, where and how much was measured, and how to read it. */
export function introduction({ begunAt, command, machine, databaseBytes, rounds }: Results): string {
  const { cpu, cores, memoryBytes, kernel, fileSystem, loadBefore } = machine;
  return [
    `\`${command}\` on ${begunAt.slice(0, 16).replace('T', ' ')} UTC: a stand-in CA whose database has`,
    `${databaseBytes / 2 ** 20} MiB, ${rounds} rounds. ${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB;`,
    `${kernel}; data on ${fileSystem}; load ${loadBefore.toFixed(1)} before the bench.`,
    '',
    'Amounts are medians. A ratio is the median of the ratios of each round, whose runs follow each other closely:',
    'below 1, ours needs less. Compare ratios, not seconds: other machines and other content give others.',
  ].join('\n');
}

const conditions = `## Conditions

- adcs-backup reads through the functions of Certadm, as on a CA; here they are the stand-in's. The others read a folder
  of the files that Certadm hands out, byte for byte the same, as if \`certutil -backupDB\` had made it. What making it
  costs is not counted, to their advantage.
- Content is made up: runs of 256 random bytes and 256 bytes of text by turns. Content with longer runs is compressed
  faster by all of them, but not by the same factor.
- Between two fulls the named share of the database's pages changed: a half scattered, a half appended; one log was
  closed. Scattered pages lie at even distances, so they touch as many stored pieces as they can: hard for all, hardest
  for tools with large pieces (restic's and borg's have about 2 MiB here, ours 64 KiB). Pages that lie together cost
  the others less. Each second full begins with a copy of the same repository, cache and CA.
- "verify" reads all that two fulls (0.5 % changed) have stored: \`verify --read-data\`, \`restic check --read-data\`,
  \`borg check --verify-data\`. "restore" writes the newer one into a new folder. adcs-backup flushes restored files to
  disk before it ends; restic and borg leave that to the system.
- "Stored bytes" is by how much all files of the sink or repository grew. Making an empty repository isn't counted.
- Nothing is dropped from memory: what a run reads is read once before, for every tool, and \`sync\` has ended. All three
  flush what they store. Tools take turns in being first.
- Each run is checked: the repository lists one backup more, all bytes of the source were read, what was stored is
  verified in the last round, restored files are the same, byte for byte.
- Memory is the kernel's high-water mark of the process. CPU time is of user and system.`;
