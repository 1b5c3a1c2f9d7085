import { randomBytes } from 'node:crypto';
import { AdcsBackupError, messageOf } from '@adcs-backup/core';
import type { BackupSink, CallOptions, StoredObject } from '@adcs-backup/core/sink';
import { count } from '../output/format.ts';
import type { Output } from '../output/output.ts';

/** What a check has put and not taken away. */
export interface Left {
  readonly objects: number;
  readonly bytes: number;
}

type Telling = Pick<Output, 'note' | 'warning'>;

/** How many objects are deleted at once. */
const atOnce = 16;
/** How long cleaning up may take. Ctrl-C doesn't end it: it is what a first Ctrl-C waits for. */
const patienceMs = 60_000;

/** What the keys of all objects of one check begin with. */
export function newPrefix(): string {
  return `conformance-${randomBytes(8).toString('hex')}/`;
}

/** Deletes all below the prefix, as far as the credentials may, then counts what is there. Undefined, and told, when it fails. */
export async function cleanUp(output: Telling, sink: BackupSink, prefix: string): Promise<Left | undefined> {
  const options = { signal: AbortSignal.timeout(patienceMs) };
  try {
    await deleteAll(sink, prefix, options);
    const left = await listed(sink, prefix, options);
    return { objects: left.length, bytes: left.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  } catch (error) {
    output.warning({
      code: 'cleanup-failed',
      message: `objects ${prefix}* may be left in ${sink.location}: ${messageOf(error)}`,
      hint: 'Delete them when the sink can be reached again: they belong to no set.',
    });
    return undefined;
  }
}

/** The first error wins: what is left is only told. */
export async function cleanUpAfterFailure(output: Telling, sink: BackupSink, prefix: string): Promise<void> {
  const left = await cleanUp(output, sink, prefix);
  if (left === undefined) return;
  output.note(
    left.objects === 0 ? 'nothing is left behind' : `left behind: ${count(left.objects, 'object')} ${prefix}*`,
  );
}

async function deleteAll(sink: BackupSink, prefix: string, options: CallOptions): Promise<void> {
  const found = await listed(sink, prefix, options);
  try {
    for (let start = 0; start < found.length; start += atOnce) {
      await Promise.all(found.slice(start, start + atOnce).map(({ key }) => sink.delete(key, options)));
    }
  } catch (error) {
    // Counted as left.
    if (!AdcsBackupError.is(error, 'sink-denied')) throw error;
  }
}

async function listed(sink: BackupSink, prefix: string, options: CallOptions): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of sink.list(prefix, options)) found.push(object);
  return found;
}
