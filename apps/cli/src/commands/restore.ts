import {
  findSet,
  type RestoreEvent,
  type RestoreLayout,
  type RestoreReport,
  restoreSet,
  type Warning,
} from '@adcs-backup/core';
import type { ReadingKeyFlags } from '../keys/key-flags.ts';
import { readingKeys } from '../keys/reading-keys.ts';
import { count } from '../output/format.ts';
import type { JsonLine } from '../output/json-line.ts';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { windowsHands } from '../rights/this-machine.ts';
import type { Run } from '../run.ts';
import { type SinkFlags, withSink } from '../sinks/open-sink.ts';
import { targetFolder } from '../values/target-folder.ts';
import { requireFresh } from './freshness.ts';
import { restoreText } from './restore-text.ts';
import { type SetAddress, skipped } from './set-address.ts';
import { signatureOf } from './signature-state.ts';

export interface RestoreFlags extends SinkFlags, ReadingKeyFlags {
  readonly to: string;
  readonly overwrite?: boolean | undefined;
  readonly layout?: RestoreLayout | undefined;
  readonly ca?: string | undefined;
  /** File that remembers the newest set seen. */
  readonly trust?: string | undefined;
}

/** Writes a set into a folder. */
export async function restore(
  run: Run,
  { sink: where, label }: SetAddress,
  flags: RestoreFlags,
): Promise<'done' | 'warnings'> {
  const { output, signal } = run;
  const to = await targetFolder(flags.to);
  const keys = await readingKeys(flags);
  return await withSink<'done' | 'warnings'>({ run, where, flags }, async (sink) => {
    const { trusted } = keys;
    const { ca, trust } = flags;
    const seen = trust === undefined ? [] : await requireFresh(run, { sink, keys, ca, trust });
    const entry = await findSet(sink, { label, ca, signal, trusted, onSkipped: skipped(run) });
    const report = await restoreSet(sink, entry, {
      to,
      overwrite: flags.overwrite === true,
      layout: flags.layout ?? 'single',
      ...keys,
      ...windowsHands(),
      signal,
      observe: (event) => tell(output, event),
    });
    const warnings = [...warningsOf(report)];
    for (const warning of warnings) output.warning(warning);
    const signature = signatureOf(entry, trusted);
    const fresh = seen.find(({ caId }) => caId === entry.caId);
    output.line({ ...lineOf(report), ...signature });
    output.text(restoreText(report, { signature, fresh }).map(printable));
    return warnings.length === 0 ? 'done' : 'warnings';
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
    case 'older-version-read':
      output.line({ ...event });
      output.detail(`${event.key}: version ${event.version} is read: ${event.fault}`);
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

function* warningsOf(report: RestoreReport): Generator<Warning> {
  const { label, sound, verdict, olderVersions, outcomeFault } = report;
  if (!sound || verdict.restorable !== 'complete') {
    // What is there was written all the same: it may be the best there is.
    yield {
      code: 'restored-suspect',
      message: `${label} is ${sound ? '' : 'suspect and '}${restorableText[verdict.restorable]}`,
      hint: 'Prefer an earlier sound set (adcs-backup restore <sink> latest), unless you need what only this one has.',
    };
  }
  if (olderVersions.length > 0) {
    yield {
      code: 'older-versions-read',
      message: `somebody replaced or deleted ${count(olderVersions.length, 'object')} in the sink: older versions were read`,
      hint: 'Every block was checked: the restore is good. Find out who may write to the sink, and take a new backup.',
    };
  }
  if (outcomeFault !== undefined) {
    yield {
      code: 'outcome-unreadable',
      message: `how the session of ${label} ended is not known: ${outcomeFault}`,
      hint: 'The restore is good all the same. Find out what changed the object.',
    };
  }
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
