import { resolve } from 'node:path';
import {
  findSet,
  type RestoreEvent,
  type RestoreLayout,
  type RestoreReport,
  restoreSet,
  type Warning,
} from '@adcs-backup/core';
import { count, exactSize } from '../output/format.ts';
import type { JsonLine } from '../output/json-line.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { pairs } from '../output/table.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { verdictText } from './manifest-text.ts';
import { pasted, type SetAddress, skipped } from './set-address.ts';

export interface RestoreFlags extends SinkFlags {
  readonly to: string;
  readonly overwrite?: boolean | undefined;
  readonly layout?: RestoreLayout | undefined;
  readonly ca?: string | undefined;
}

/** Writes a set into a folder. */
export async function restore(
  run: Run,
  { sink: where, label }: SetAddress,
  flags: RestoreFlags,
): Promise<'done' | 'warnings'> {
  const { output, signal } = run;
  return await withSink<'done' | 'warnings'>({ run, where, flags }, async (sink) => {
    const entry = await findSet(sink, { label, ca: flags.ca, signal, onSkipped: skipped(run) });
    const report = await restoreSet(sink, entry, {
      to: resolve(flags.to),
      overwrite: flags.overwrite === true,
      layout: flags.layout ?? 'single',
      signal,
      observe: (event) => tell(output, event),
    });
    const warning = warningOf(report);
    if (warning !== undefined) output.warning(warning);
    output.line(lineOf(report));
    output.text(textOf(report).map(printable));
    return warning === undefined ? 'done' : 'warnings';
  });
}

function tell(output: Output, event: RestoreEvent): void {
  switch (event.type) {
    case 'restore-progress':
      output.line(event);
      output.progress({ what: 'restoring', doneBytes: event.doneBytes, totalBytes: event.totalBytes });
      break;
    case 'file-restored':
      output.line(event);
      output.detail(`${event.name}: restored`);
      break;
    case 'cleanup-failed':
      output.warning({
        code: event.type,
        message: `half-written files stay in ${event.path}: ${event.message}`,
        hint: 'Delete that folder by hand.',
      });
      break;
  }
}

/** What is there was written all the same: it may be the best there is. */
function warningOf({ label, sound, verdict }: RestoreReport): Warning | undefined {
  if (sound && verdict.restorable === 'complete') return undefined;
  return {
    code: 'restored-suspect',
    message: `${label} is ${sound ? '' : 'suspect and '}${restorableText[verdict.restorable]}`,
    hint: 'Prefer an earlier sound set (adcs-backup restore <sink> latest), unless you need what only this one has.',
  };
}

const restorableText = {
  complete: 'was restored as it is',
  partly: 'can be restored, but not to its own end',
  no: 'cannot be restored as it should: the engine will refuse the files, or lose data',
} as const;

function lineOf(report: RestoreReport): JsonLine {
  const { bytes: sizeBytes, ...rest } = report;
  return { type: 'set-restored', ...rest, sizeBytes };
}

function textOf(report: RestoreReport): string[] {
  const { label, to, files, bytes, sound, verdict } = report;
  const isFit = verdict.restorable !== 'no';
  return [
    isFit ? `Set ${label} is restored.` : `The files of set ${label} are written, but they are not fit to be put back.`,
    '',
    ...pairs([
      ['folder', to],
      ['written', `${count(files.length, 'file')}, ${exactSize(bytes)}, every block checked`],
      ['sound', sound ? 'yes' : 'NO: a check failed when it was stored'],
    ]),
    '',
    ...verdictText(verdict),
    '',
    ...(isFit ? forCertutil(report) : unfit),
  ];
}

const unfit = [
  'Do not give this folder to certutil -restoreDB: the engine would refuse it, or lose data.',
  'See docs/checks.md for what can be done. To restore the newest sound set, name it latest.',
];

function forCertutil({ folders }: RestoreReport): string[] {
  return [
    'To put it back into the CA, on the CA, with the key and certificate of the CA in place:',
    '  net stop certsvc',
    ...folders.map(({ path }, index) => `  certutil${index === 0 ? ' -f' : ''} -restoreDB ${pasted(path)}`),
    '  net start certsvc',
  ];
}
