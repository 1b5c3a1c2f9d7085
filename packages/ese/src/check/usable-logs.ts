import { logGeneration } from '../log-name.ts';
import type { CheckedLog } from './file-checker.ts';
import type { LogFacts } from './log-facts.ts';

/** What good logs say of themselves. */
export function usableLogs(logs: readonly CheckedLog[]): readonly LogFacts[] {
  return logs.flatMap(({ result }) => (result.intact && result.facts !== undefined ? [result.facts] : []));
}

/** By its header, or by its name if that is bad; undefined when neither tells. */
export function generationOf({ name, result }: CheckedLog): number | undefined {
  return result.facts?.generation ?? logGeneration(name);
}
