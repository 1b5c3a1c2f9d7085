import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Runs the real command in a process of its own. */

const bin = fileURLToPath(new URL('../bin/adcs-backup.js', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What node is given: the sources, or with ADCS_BACKUP_TEST_BUILT=1 the built command. */
export const command: readonly string[] =
  process.env['ADCS_BACKUP_TEST_BUILT'] === '1' ? [bin] : ['--conditions=@adcs-backup/source', main];

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Options of node. */
  readonly node?: readonly string[];
}

export type JsonObject = Readonly<Record<string, unknown>>;

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CliProcess = ChildProcessByStdio<null, Readable, Readable>;

/** A clean environment: no settings, no colours, a zone that isn't UTC; what a process covers is still measured. */
export function cleanEnvironment(env: CliOptions['env'] = {}): Record<string, string | undefined> {
  const { PATH, HOME, SystemRoot, NODE_V8_COVERAGE } = process.env;
  return { PATH, HOME, SystemRoot, NODE_V8_COVERAGE, TZ: 'Asia/Kolkata', ...env };
}

export function startCli(args: readonly string[], { env, cwd, node = [] }: CliOptions = {}): CliProcess {
  return spawn(process.execPath, [...node, ...command, ...args], {
    env: cleanEnvironment(env),
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return await resultOf(startCli(args, options));
}

/** Everything that the process prints from now on, and how it ends. */
export async function resultOf(child: CliProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode: typeof exitCode === 'number' ? exitCode : null, stdout, stderr };
}

/** The lines of `--json`. @throws when one isn't an object */
export function jsonLines(stdout: string): JsonObject[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null) throw new TypeError(`not an object: ${line}`);
      return { ...value };
    });
}

/** Resolves when the process has printed `text` to standard error. */
export async function untilPrinted(child: CliProcess, text: string): Promise<void> {
  let stderr = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer | string) => {
      stderr += chunk.toString();
      if (stderr.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`ended without printing ${JSON.stringify(text)}: ${stderr}`)));
  });
}
