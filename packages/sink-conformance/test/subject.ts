import { AdcsBackupError, type BackupSink } from '@adcs-backup/core/sink';
import { type FaultKind, FaultySink, type MemoryObject, type SinkCall } from '@adcs-backup/core/testing';
import { sinkMethods } from '../src/calls.ts';
import type { SinkUnderTest } from '../src/index.ts';
import type { Broken } from './fault.ts';
import { MemorySinkOn } from './memory-sink-on.ts';

export const secret = 'canary/2+3 &"x"';

/** A place in memory, whose sinks are what `wrap` makes of a MemorySink: one that is right, or one that isn't. */
export function subjectOn(name: string, wrap: (broken: Broken) => BackupSink): SinkUnderTest {
  const place = new Map<string, MemoryObject>();
  const marks = new Set<string>();
  const failing = (kind: FaultKind) => async (): Promise<BackupSink> => {
    const error = (): AdcsBackupError =>
      new AdcsBackupError('sink-unreachable', 'no answer', { retryable: true, cause: new Error('ECONNRESET') });
    const faults = sinkMethods.map((method) => ({ method, kind, error, times: Number.POSITIVE_INFINITY }));
    return wrap({ sink: new FaultySink(new MemorySinkOn(place), faults), place, marks });
  };
  const noRight = { method: 'delete', times: Number.POSITIVE_INFINITY, error: noRightTo } as const;
  const failure = { code: 'sink-unreachable', retryable: true } as const;
  return {
    name,
    open: async () => wrap({ sink: new MemorySinkOn(place), place, marks }),
    secrets: [secret],
    failures: [
      { ...failure, name: 'dead server', open: failing('before') },
      { ...failure, name: 'lost reply', open: failing('after') },
      { ...failure, name: 'no way in', open: () => Promise.reject(noWayIn()) },
      {
        name: 'no right to delete',
        open: async () => wrap({ sink: new FaultySink(new MemorySinkOn(place), [noRight]), place, marks }),
        code: 'sink-denied',
        retryable: false,
        methods: ['delete'],
      },
    ],
  };
}

function noWayIn(): AdcsBackupError {
  return new AdcsBackupError('sink-unreachable', 'no way in', { retryable: true, cause: new Error('EHOSTUNREACH') });
}

function noRightTo({ method, key }: SinkCall): AdcsBackupError {
  return new AdcsBackupError('sink-denied', `no right to ${method} ${key}`, { cause: new Error('403') });
}
