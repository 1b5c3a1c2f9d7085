import type { ObjectKey } from '@adcs-backup/core/sink';
import { bytesOf } from './bytes.ts';
import { rejectionOf } from './expect.ts';
import type { Room } from './room.ts';

export interface Refusal {
  readonly key: ObjectKey;
  readonly error: unknown;
}

/** Makes the calls that every sink refuses, and gives what they reject with. */
export async function refusals({ sink, key }: Pick<Room, 'sink' | 'key'>): Promise<readonly Refusal[]> {
  const body = bytesOf('refused', 1000);
  const there = key('refused/there');
  const missing = key('refused/missing');
  await sink.put(there, body);
  return [
    { key: there, error: await rejectionOf(sink.put(there, body), 'a second put') },
    { key: missing, error: await rejectionOf(sink.get(missing), 'get of a missing object') },
    { key: there, error: await rejectionOf(sink.get(there, { maxBytes: 10 }), 'get with too small maxBytes') },
  ];
}
