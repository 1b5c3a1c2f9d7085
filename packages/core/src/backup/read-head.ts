import { DatabaseChecker, type DatabaseFacts } from '@adcs-backup/ese';
import type { OpenFile } from '../certsrv.ts';
import { type ByteSource, READ_BYTES } from '../store/stretch-reader.ts';

/** Holds both headers of a database, whatever its page size is. */
const HEAD_BYTES = 64 * 1024;

/** The beginning of a file, at least its headers unless it is shorter. */
export async function readHead(open: OpenFile): Promise<Uint8Array> {
  const head = new Uint8Array(2 * READ_BYTES);
  let length = 0;
  while (length < HEAD_BYTES) {
    const got = await open.read(head.subarray(length, length + READ_BYTES));
    if (got === 0) break;
    length += got;
  }
  return head.subarray(0, length);
}

/** What the header in it says; undefined when there is no good one. */
export function headerOf(head: Uint8Array): DatabaseFacts | undefined {
  const checker = new DatabaseChecker({ expected: 'streaming-copy', maxFindings: 0 });
  checker.feed(head);
  return checker.end().facts;
}

/** The whole file again, of which `head` was read already. */
export function startingWith(head: Uint8Array, open: OpenFile): ByteSource {
  let rest = head;
  return {
    read: async (into) => {
      if (rest.length === 0) return await open.read(into);
      const taken = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, taken));
      rest = rest.subarray(taken);
      return taken;
    },
  };
}
