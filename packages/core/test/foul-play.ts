import { type RestoreEvent, type RestoreReport, restoreSet } from '@adcs-backup/core';
import { type BackupSink, MAX_OBJECT_BYTES } from '@adcs-backup/core/sink';
import type { MemorySink } from '@adcs-backup/core/testing';
import { noise, temporaryFolder } from './arrange.ts';
import { BackupLine } from './backup-line.ts';
import { CaHistory } from './ca-history.ts';

/** What somebody with the right to write may do to an object of a sink. */
export const foulPlay: Record<string, (sink: MemorySink, key: string) => void> = {
  'replaced by as many bytes': (sink, key) => sink.replace(key, noise(sizeOf(sink, key), 5)),
  'replaced by fewer bytes': (sink, key) => sink.replace(key, noise(7, 5)),
  'replaced by more than any object has': (sink, key) => sink.replace(key, Buffer.alloc(MAX_OBJECT_BYTES + 1)),
  'replaced twice': (sink, key) => {
    sink.replace(key, noise(sizeOf(sink, key), 6));
    sink.replace(key, noise(sizeOf(sink, key), 7));
  },
  deleted: (sink, key) => sink.remove(key),
};

function sizeOf(sink: MemorySink, key: string): number {
  return sink.objects.get(key)?.bytes.length ?? 0;
}

/** The first object whose key fits. */
export function keyIn({ sink }: BackupLine, pattern: RegExp): string {
  const key = [...sink.objects.keys()].find((each) => pattern.test(each));
  if (key === undefined) throw new Error(`no key fits ${pattern}`);
  return key;
}

export interface FilledLine {
  readonly line: BackupLine;
  /** Of its full set. */
  readonly label: string;
}

/** A line with a full set, in a sink that keeps versions. */
export async function versionedLine(seeds?: readonly number[]): Promise<FilledLine> {
  const line = new BackupLine(new CaHistory(seeds), { versions: true });
  line.ca.issue(2);
  return { line, label: (await line.full()).label };
}

export interface TriedRestore {
  readonly report: RestoreReport;
  readonly events: readonly RestoreEvent[];
}

export async function restored({ line, label }: FilledLine, sink: BackupSink = line.sink): Promise<TriedRestore> {
  const events: RestoreEvent[] = [];
  const observe = (event: RestoreEvent): void => {
    events.push(event);
  };
  const report = await restoreSet(sink, await line.entry(label), { to: temporaryFolder(), observe });
  return { report, events };
}
