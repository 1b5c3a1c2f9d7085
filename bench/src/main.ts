/** Measures adcs-backup side by side with restic and borg, and writes bench/results. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { listenForInterrupt } from './interrupt.ts';
import { machineOf } from './machine.ts';
import { optionsOf, usage } from './options.ts';
import { checkPlatform, checkSpace, openTools } from './preflight.ts';
import type { Results } from './report.ts';
import { writeResults } from './results.ts';
import { tellStory } from './story.ts';

/** pnpm runs scripts in the workspace's folder; people name folders from where they are. */
const startFolder = process.env['INIT_CWD'] ?? process.cwd();

listenForInterrupt();
try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  if (options === undefined) {
    say(usage);
    return;
  }
  const { name, rounds, databaseBytes } = options;
  const dir = resolve(startFolder, options.dir);
  checkPlatform();
  checkSpace(dir, databaseBytes);
  const tools = await openTools(say);
  const begunAt = new Date().toISOString();
  const machine = machineOf(await realpath(dir));
  const folder = await realpath(await mkdtemp(join(dir, 'adcs-backup-bench-')));
  try {
    const runs = await tellStory({ folder, databaseBytes, rounds, tools, say });
    const command = ['pnpm bench', ...args].join(' ');
    const versions = tools.map((tool) => ({ name: tool.name, version: tool.version, settings: tool.settings }));
    const results: Results = { name, begunAt, command, machine, databaseBytes, rounds, tools: versions, runs };
    await writeResults(results, say);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
