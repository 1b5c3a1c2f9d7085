import type { Run } from '../src/figures.ts';

/** A run with these properties. */
export function runOf(properties: Partial<Run>): Run {
  const [wallSeconds, cpuSeconds, peakBytes] = [1, 1.5, 100 * 2 ** 20];
  return { task: 'first full', tool: 'adcs-backup', round: 1, wallSeconds, cpuSeconds, peakBytes, ...properties };
}
