import type { BackupSink } from './backup-sink.ts';

export interface RetryPolicy {
  readonly retryForMs: number;
}

export function withRetry(sink: BackupSink, _policy: RetryPolicy): BackupSink {
  return sink;
}
