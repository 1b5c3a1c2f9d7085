import { chooseCa, listSets, type SetEntry } from '@adcs-backup/core';
import { localTime, shortSize, utcTime } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import { table } from '../output/table.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';

export interface ListFlags extends SinkFlags {
  readonly ca?: string | undefined;
}

/** Lists the sealed sets in a sink. */
export async function list(run: Run, where: string, flags: ListFlags): Promise<'done'> {
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const all = await listSets(sink, { signal: run.signal });
    const sets = flags.ca === undefined ? all : chooseCa(all, sink.location, flags.ca);
    for (const set of sets) run.output.line(lineOf(set));
    run.output.text(sets.length === 0 ? [`There is no set in ${printable(sink.location)}.`] : tableOf(sets));
    return 'done';
  });
}

function lineOf(set: SetEntry) {
  const { label, chain, caId, sealedAt, hasOutcome, hasSignature, manifestKey, manifestBytes } = set;
  const { text, type: setType } = label;
  const manifest = { hasOutcome, hasSignature, manifestKey, manifestBytes };
  return { type: 'set-listed', label: text, chain, setType, caId, sealedAt, ...manifest };
}

function tableOf(sets: readonly SetEntry[]): string[] {
  return table(
    [
      { title: 'CA' },
      { title: 'LABEL' },
      { title: 'TYPE' },
      { title: 'CHAIN' },
      { title: 'SEALED' },
      { title: 'SEALED, LOCAL TIME' },
      { title: 'SESSION' },
      { title: 'SIGNED' },
      { title: 'MANIFEST', align: 'right' },
    ],
    sets.map((set) => [
      printable(set.caId),
      set.label.text,
      set.label.type,
      printable(set.chain),
      utcTime(set.sealedAt),
      localTime(set.sealedAt),
      set.hasOutcome ? 'ended' : 'end not recorded',
      set.hasSignature ? 'yes' : 'no',
      shortSize(set.manifestBytes),
    ]),
  );
}
