import {
  AdcsBackupError,
  chooseCa,
  findSet,
  listSets,
  type SetEntry,
  type SetVerdict,
  type VerifyEvent,
  verifySet,
} from '@adcs-backup/core';
import type { BackupSink } from '@adcs-backup/core/sink';
import { count, grouped, shortSize } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { builtOn } from './built-on.ts';
import { verdictText } from './manifest-text.ts';
import { skipped } from './set-address.ts';

export interface VerifyFlags extends SinkFlags {
  readonly ca?: string | undefined;
  /** Percentage. */
  readonly readData?: number | true | undefined;
  readonly ese?: boolean | undefined;
}

export interface SetsAddress {
  readonly sink: string;
  readonly label: string | undefined;
}

/**
 * Checks one set and those that it builds on, or all.
 * @throws `integrity-failed` when one is damaged, after all have been checked
 */
export async function verify(run: Run, { sink: where, label }: SetsAddress, flags: VerifyFlags): Promise<'done'> {
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const entries = await chosen(run, sink, { label, ca: flags.ca });
    const readData = flags.readData === true ? 100 : (flags.readData ?? 0);
    const verdicts: SetVerdict[] = [];
    for (const entry of entries) {
      const observe = (event: VerifyEvent): void => tellProgress(run, event);
      const options = { readData, ese: flags.ese === true, earlier: verdicts, signal: run.signal, observe };
      const verdict = await verifySet(sink, entry, options);
      tell(run, verdict);
      verdicts.push(verdict);
    }
    if (verdicts.some(({ intact }) => !intact)) throw damage(verdicts);
    return 'done';
  });
}

function tellProgress({ output }: Run, event: VerifyEvent): void {
  const { label: what, doneBytes, totalBytes } = event;
  output.line({ ...event });
  output.progress({ what, doneBytes, totalBytes });
}

interface Choice {
  readonly label: string | undefined;
  readonly ca?: string | undefined;
}

async function chosen(run: Run, sink: BackupSink, { label, ca }: Choice): Promise<readonly SetEntry[]> {
  const { signal } = run;
  if (label !== undefined) {
    const entry = await findSet(sink, { label, ca, signal, onSkipped: skipped(run) });
    return builtOn(entry, await listSets(sink, { caId: entry.caId, signal }));
  }
  const all = await listSets(sink, { signal });
  return ca === undefined && all.length > 0 ? all : chooseCa(all, sink.location, ca);
}

function tell({ output }: Run, found: SetVerdict): void {
  for (const finding of found.findings) output.line({ type: 'finding', label: found.label, ...finding });
  output.line({ type: 'set-verified', ...found, findings: found.findings.length });
  output.text(setText(found, output.style));
}

function setText(set: SetVerdict, style: Style): string[] {
  const { label, caId, intact, sound, findings, objectsChecked, verdict } = set;
  const { packsRead, packsTotal, bytesRead, blocksChecked, filesChecked } = set;
  const stored = intact ? style('good', 'intact') : style('bad', 'DAMAGED');
  const word = sound === false ? `${stored}, but ${style('bad', 'SUSPECT')} since it was made` : stored;
  const unread = filesChecked === 0 ? 'data not read (--read-data reads it)' : 'every block of databases and logs read';
  const data =
    packsRead === 0
      ? unread
      : `${packsRead} of ${count(packsTotal, 'pack')} read (${shortSize(bytesRead)}), ${grouped(blocksChecked)} blocks checked`;
  const pages = filesChecked === 0 ? '' : `, pages and logs of ${count(filesChecked, 'file')} checked again`;
  return [
    `${label} of ${printable(caId)}: ${word}; ${count(objectsChecked, 'object')} checked, ${data}${pages}`,
    ...findings.map(({ code, message }) => printable(`  ${code}: ${message}`)),
    ...(verdict === undefined ? [] : verdictText(verdict).map((line) => printable(`  ${line}`))),
  ];
}

function damage(verdicts: readonly SetVerdict[]): AdcsBackupError {
  const damaged = verdicts.filter(({ intact }) => !intact);
  const areKept = damaged.flatMap(({ findings }) => findings).every(({ olderVersion }) => olderVersion !== undefined);
  return new AdcsBackupError(
    'integrity-failed',
    `${damaged.length} of ${count(verdicts.length, 'set')} ${damaged.length === 1 ? 'is' : 'are'} damaged`,
    { hint: areKept ? keptHint : lostHint },
  );
}

const lostHint =
  'Delete nothing. Restore from an intact set or from another copy of the sink, take a new backup, ' +
  'and find out what happened to the storage.';

const keptHint =
  'Delete nothing, and let no older version expire: a restore reads them. Take a new backup, ' +
  'and find out who replaced or deleted objects.';
