import type { BackupSink } from '@adcs-backup/core/sink';
import { AdcsBackupError } from '@adcs-backup/core/sink';
import { type FaultKind, FaultySink, type MemoryObject } from '@adcs-backup/core/testing';
import { sinkMethods } from '../src/calls.ts';
import type { SinkUnderTest } from '../src/index.ts';
import { MemorySinkOn } from './memory.ts';

export const secret = 'canary/2+3 &"x"';

/** A place in memory, whose sinks are what `wrap` makes of a MemorySink: one that is right, or one that isn't. */
export function subjectOn(name: string, wrap: (sink: BackupSink) => BackupSink): SinkUnderTest {
  const place = new Map<string, MemoryObject>();
  const open = async (): Promise<BackupSink> => wrap(new MemorySinkOn(place));
  const failing = (kind: FaultKind) => async (): Promise<BackupSink> => {
    const error = (): AdcsBackupError =>
      new AdcsBackupError('sink-unreachable', 'no answer', { retryable: true, cause: new Error('ECONNRESET') });
    const faults = sinkMethods.map((method) => ({ method, kind, error, times: Number.POSITIVE_INFINITY }));
    return wrap(new FaultySink(new MemorySinkOn(place), faults));
  };
  return {
    name,
    open,
    secrets: [secret],
    failures: [
      { name: 'dead server', open: failing('before'), code: 'sink-unreachable', retryable: true },
      { name: 'lost reply', open: failing('after'), code: 'sink-unreachable', retryable: true },
    ],
  };
}
