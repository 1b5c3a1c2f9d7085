import { listSets } from '@adcs-backup/core';
import { count } from '../output/format.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { type Check, checked, notApplicable, ok } from './check.ts';

/** Lists the sets in a sink. Writes nothing, and says what that leaves open. */
export async function sinkChecks(run: Run, where: string | undefined, flags: SinkFlags): Promise<readonly Check[]> {
  if (where === undefined) return [notApplicable('sink', 'none was named')];
  const listed = await checked('sink', () =>
    withSink({ run, where, flags: { ...flags, retryFor: flags.retryFor ?? 0 } }, async (sink) => {
      const sets = await listSets(sink, { signal: run.signal });
      return ok('sink', `${sink.location} can be listed: ${count(sets.length, 'set')}`);
    }),
  );
  return [
    listed,
    notApplicable('sink writing', 'doctor writes nothing', 'The first backup shows whether it may write.'),
  ];
}
