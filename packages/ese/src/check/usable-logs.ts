import { logGeneration } from '../log-name.ts';
import type { CheckedLog } from './file-checker.ts';
import type { LogFacts } from './log-facts.ts';

/** A log whose generation is known: by its header, or by its name if that is bad. */
export interface NumberedLog extends CheckedLog {
  readonly generation: number;
}

export function numberedLogs(logs: readonly CheckedLog[]): readonly NumberedLog[] {
  return logs.flatMap((log) => {
    const generation = log.result.facts?.generation ?? logGeneration(log.name);
    return generation === undefined ? [] : [{ ...log, generation }];
  });
}

/** What good logs say of themselves. */
export function usableLogs(logs: readonly CheckedLog[]): readonly LogFacts[] {
  return logs.flatMap(({ result }) => (result.intact && result.facts !== undefined ? [result.facts] : []));
}
