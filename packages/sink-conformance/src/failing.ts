import type { BackupSink, ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from './bytes.ts';
import { callSink, sinkMethods } from './calls.ts';
import { rejectionOf } from './expect.ts';
import type { Room } from './room.ts';
import type { SinkFailure, SinkMethod } from './subject.ts';

export interface FailedCall {
  readonly failure: SinkFailure;
  readonly method: SinkMethod | 'open';
  readonly error: unknown;
}

interface FailingTarget {
  /** Of an object that isn't there: for put. */
  readonly fresh: ObjectKey;
  /** Of an object that is there: for all others. */
  readonly there: ObjectKey;
  readonly body: Uint8Array;
}

/** Makes every call that must fail, of every failure that the caller can bring about. */
export async function failedCalls({
  sink,
  subject,
  key,
}: Pick<Room, 'sink' | 'subject' | 'key'>): Promise<FailedCall[]> {
  const failed: FailedCall[] = [];
  const body = bytesOf('failing', 1000);
  for (const [index, failure] of subject.failures.entries()) {
    const there = key(`failing/${index}/there`);
    await sink.put(there, body);
    failed.push(...(await failCalls(failure, { there, fresh: key(`failing/${index}/fresh`), body })));
  }
  return failed;
}

/** What the methods of a sink that fails reject with, or its opening. @throws AssertionError if one doesn't fail */
export async function failCalls(failure: SinkFailure, { fresh, there, body }: FailingTarget): Promise<FailedCall[]> {
  let sink: BackupSink;
  try {
    sink = await failure.open();
  } catch (error) {
    return [{ failure, method: 'open', error }];
  }
  const failed: FailedCall[] = [];
  try {
    for (const method of failure.methods ?? sinkMethods) {
      const call = callSink(sink, method, { key: method === 'put' ? fresh : there, body });
      failed.push({ failure, method, error: await rejectionOf(call, `${failure.name}: ${method}`) });
    }
  } finally {
    await sink[Symbol.asyncDispose]();
  }
  return failed;
}
