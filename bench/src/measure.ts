import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a command cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system time, of its children too. */
  readonly cpuSeconds: number;
  /** Resident memory at its highest. */
  readonly peakBytes: number;
  readonly stdout: string;
}

/** How often the kernel's high-water mark is read; it never falls, so only the last moments can be missed. */
const SAMPLE_MS = 20;

/**
 * Runs a command to its end and says what it cost. Linux only: it reads /proc.
 * @throws when the command fails, with what it wrote to stderr
 */
export async function measure(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Cost> {
  const begun = performance.now();
  // The shell's "times" is the one count of CPU time that holds for a child that has ended.
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOfChildren(child.pid ?? 0));
  }, SAMPLE_MS);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const streams = [child.stdout, child.stderr, child.stdio[3] as Readable].map((stream) => text(stream));
  const [stdout = '', stderr = '', times = ''] = await Promise.all(streams);
  const code = await exit;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { wallSeconds: (performance.now() - begun) / 1000, cpuSeconds: childSeconds(times), peakBytes, stdout };
}

function peakOfChildren(shell: number): number {
  let sum = 0;
  for (const pid of readProc(`/proc/${shell}/task/${shell}/children`).split(' ').filter(Boolean)) {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`));
    sum += Number(match?.[1] ?? 0) * 1024;
  }
  return sum;
}

/** Empty when the process has just ended. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Second line of "times": user and system time of the children, as `0m1.234s 0m0.567s`. */
function childSeconds(times: string): number {
  const fields = times.trim().split('\n').at(-1)?.split(' ') ?? [];
  return fields.reduce((sum, field) => {
    const [, minutes = '0', seconds = '0'] = /^(\d+)m([\d.]+)s$/.exec(field) ?? [];
    return sum + Number(minutes) * 60 + Number(seconds);
  }, 0);
}
