import type { BackupSink } from '@adcs-backup/core/sink';
import { type CallTarget, callSink, sinkMethods } from './calls.ts';
import { rejectionOf } from './expect.ts';
import type { SinkFailure, SinkMethod } from './subject.ts';

export interface FailedCall {
  readonly method: SinkMethod | 'open';
  readonly error: unknown;
}

/** What the methods of a sink that fails reject with, or its opening. @throws AssertionError if one doesn't fail */
export async function errorsOf(failure: SinkFailure, target: CallTarget): Promise<readonly FailedCall[]> {
  let sink: BackupSink;
  try {
    sink = await failure.open();
  } catch (error) {
    return [{ method: 'open', error }];
  }
  const failed: FailedCall[] = [];
  for (const method of failure.methods ?? sinkMethods) {
    const error = await rejectionOf(callSink(sink, method, target), `${failure.name}: ${method}`);
    failed.push({ method, error });
  }
  await sink[Symbol.asyncDispose]();
  return failed;
}
