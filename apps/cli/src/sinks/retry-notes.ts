import type { RetryPolicy } from '@adcs-backup/core/sink';
import { duration } from '../output/format.ts';
import type { Run } from '../run.ts';
import type { SinkFlags } from './open-sink.ts';

/** How calls of a sink are retried: each retry is told. */
export function retryPolicy({ output }: Run, { retryFor }: SinkFlags): RetryPolicy {
  return {
    onRetry: ({ location, method, key, attempt, delayMs, error: { message } }) => {
      output.line({ type: 'sink-retried', location, method, key, attempt, delayMs: Math.round(delayMs), message });
      output.note(`${location}: ${message}; again in ${duration(delayMs)}`);
    },
    ...(retryFor === undefined ? {} : { retryForMs: retryFor }),
  };
}
