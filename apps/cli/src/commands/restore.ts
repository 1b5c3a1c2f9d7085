import { resolve } from 'node:path';
import { findSet, type RestoreEvent, type RestoreReport, restoreSet } from '@adcs-backup/core';
import { count, exactSize } from '../output/format.ts';
import type { JsonLine } from '../output/json-line.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { pairs } from '../output/table.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { pasted, type SetAddress } from './set-address.ts';

export interface RestoreFlags extends SinkFlags {
  readonly to: string;
  readonly overwrite?: boolean | undefined;
  readonly ca?: string | undefined;
}

/** Writes a set into a folder. */
export async function restore(run: Run, { sink: where, label }: SetAddress, flags: RestoreFlags): Promise<'done'> {
  const { output, signal } = run;
  return await withSink<'done'>({ run, where, flags }, async (sink) => {
    const entry = await findSet(sink, { label, ca: flags.ca, signal });
    const report = await restoreSet(sink, entry, {
      to: resolve(flags.to),
      overwrite: flags.overwrite === true,
      signal,
      observe: (event) => tell(output, event),
    });
    output.line(lineOf(report));
    output.text(textOf(report).map(printable));
    return 'done';
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

function lineOf(report: RestoreReport): JsonLine {
  const { bytes: sizeBytes, ...rest } = report;
  return { type: 'set-restored', ...rest, sizeBytes };
}

function textOf({ label, to, databaseFolder, files, bytes, sound }: RestoreReport): string[] {
  return [
    `Set ${label} is restored.`,
    '',
    ...pairs([
      ['folder', to],
      ['database', databaseFolder],
      ['written', `${count(files.length, 'file')}, ${exactSize(bytes)}, every block checked`],
      [
        'sound',
        sound ? 'yes' : 'no: database pages and logs were not checked, or not all in order, when it was stored',
      ],
    ]),
    '',
    'To put it back into the CA, on the CA, with the key and certificate of the CA in place:',
    '  net stop certsvc',
    `  certutil -f -restoreDB ${pasted(to)}`,
    '  net start certsvc',
  ];
}
