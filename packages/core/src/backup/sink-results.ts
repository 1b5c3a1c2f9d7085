import { messageOf } from '../errors.ts';
import type { RunSinks } from '../group/run-sinks.ts';
import type { Warning } from '../store/manifest.ts';
import type { Behind } from './catch-up.ts';
import type { SinkResult } from './options.ts';

/** What became of each of the run's sinks, in the order in which they were named. */
export function sinkResults(sinks: RunSinks, behind: Behind): readonly SinkResult[] {
  return sinks.members.map((member): SinkResult => {
    const { location } = member;
    const dropped = sinks.droppedFor(member);
    if (dropped !== undefined) return { location, at: 'dropped', error: dropped.error };
    return behind.has(member) ? { location, at: 'behind', error: behind.get(member) } : { location, at: 'sealed' };
  });
}

export function sinkDropped(location: string, error: unknown): Warning {
  return {
    code: 'sink-dropped',
    message: `the run goes on without ${location}: ${messageOf(error)}`,
    hint: 'The next run that reaches it gives it what it lacks, and so does "adcs-backup copy".',
  };
}
