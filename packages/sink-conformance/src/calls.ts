import type { BackupSink, CallOptions, ObjectKey } from '@adcs-backup/core/sink';
import { keysOf } from './expect.ts';
import type { SinkMethod } from './subject.ts';

/** What a call of any method needs. */
export interface CallTarget {
  readonly key: ObjectKey;
  readonly body: Uint8Array;
}

export const sinkMethods: readonly SinkMethod[] = ['put', 'get', 'stat', 'list', 'delete'];

/** Calls a method on an object; a list, by its key as prefix, goes on to its end. */
export async function callSink(
  sink: BackupSink,
  method: SinkMethod,
  { key, body, ...options }: CallTarget & CallOptions,
): Promise<unknown> {
  switch (method) {
    case 'put':
      return await sink.put(key, body, options);
    case 'get':
      return await sink.get(key, options);
    case 'stat':
      return await sink.stat(key, options);
    case 'list':
      return await keysOf(sink, key, options);
    case 'delete':
      return await sink.delete(key, options);
  }
}
