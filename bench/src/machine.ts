import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Where figures were taken. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Of the folder with all data. */
  readonly fileSystem: string;
  /** Processes that wanted to run in the last minute, before the bench began. */
  readonly loadBefore: number;
}

export function machineOf(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `Linux ${release()}`,
    fileSystem: fileSystemOf(folder, readFileSync('/proc/self/mounts', 'utf8')),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Type of the file system that holds an absolute path; `mounts` as in /proc/self/mounts. */
export function fileSystemOf(path: string, mounts: string): string {
  let longest = '';
  let type = 'unknown';
  for (const line of mounts.split('\n')) {
    const [, escaped = '', found] = line.split(' ');
    const point = escaped.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    // The last mount on a point hides those before it.
    if (found === undefined || !holds || point.length < longest.length) continue;
    longest = point;
    type = found;
  }
  return type;
}
