import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { interrupt } from './interrupt.ts';

/** What a command cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time, of its children too. */
  readonly cpuSeconds: number;
  /** Resident memory at its highest. */
  readonly peakBytes: number;
}

/** A command's cost with what it said. */
export interface Measured extends Cost {
  readonly stdout: string;
  readonly stderr: string;
}

export interface MeasureOptions {
  readonly cwd?: string;
  /** Added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How often the kernel's high-water mark is read; it never falls, so only the last moments can be missed. */
const SAMPLE_MS = 20;

/** A command that takes longer hangs. */
const LIMIT_MS = 15 * 60_000;

/**
 * Runs a command to its end and says what it cost. Linux only: it reads /proc.
 * @throws when the command fails, with what it wrote to stderr; when it is killed for taking too long
 */
export async function measure(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: MeasureOptions = {},
): Promise<Measured> {
  interrupt.throwIfAborted();
  const begun = performance.now();
  // The shell's "times" is the one count of CPU time that holds for a child that has ended.
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const shell = child.pid ?? 0;
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOfChildren(shell));
  }, SAMPLE_MS);
  const limit = AbortSignal.any([interrupt, AbortSignal.timeout(LIMIT_MS)]);
  const kill = (): void => killChildren(shell);
  limit.addEventListener('abort', kill);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const streams = child.stdio.map((stream) => (stream instanceof Readable ? text(stream) : ''));
  const [, stdout = '', stderr = '', times = ''] = await Promise.all(streams);
  const code = await exit;
  clearInterval(sampling);
  limit.removeEventListener('abort', kill);
  const wallSeconds = (performance.now() - begun) / 1000;
  limit.throwIfAborted();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  return { wallSeconds, cpuSeconds: childSeconds(times), peakBytes, stdout, stderr };
}

function peakOfChildren(shell: number): number {
  let sum = 0;
  for (const pid of childrenOf(shell)) {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`));
    sum += Number(match?.[1] ?? 0) * 1024;
  }
  return sum;
}

/** The shell then ends by itself, with the code of the killed. */
function killChildren(shell: number): void {
  for (const pid of childrenOf(shell)) process.kill(pid, 'SIGKILL');
}

function childrenOf(pid: number): readonly number[] {
  return readProc(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Empty when the process has just ended. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Seconds in the second line of "times": user and system time of the children, as `0m1.234s 0m0.567s`. */
export function childSeconds(times: string): number {
  const fields = times.trim().split('\n').at(-1)?.split(' ') ?? [];
  return fields.reduce((sum, field) => {
    const [, minutes = '0', seconds = '0'] = /^(\d+)m([\d.]+)s$/.exec(field) ?? [];
    return sum + Number(minutes) * 60 + Number(seconds);
  }, 0);
}
