import { UploadLimit } from '@adcs-backup/core/sink';
import type { Run } from '../run.ts';

/** The one upload limit of a run, which all its sinks share. */

const limits: WeakMap<Run, UploadLimit> = new WeakMap();

/** The run's limit, made when its first sink is opened. */
export function uploadLimitOf(run: Run, bytesPerSecond: number): UploadLimit {
  const limit = limits.get(run) ?? new UploadLimit(bytesPerSecond);
  limits.set(run, limit);
  return limit;
}
