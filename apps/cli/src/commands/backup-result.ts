import type { Manifest, SetOutcome, Warning } from '@adcs-backup/core';
import { bothTimes, count, duration } from '../output/format.ts';
import type { JsonLine } from '../output/json-line.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import { blocksText, checksText, libraryText, logFolderText, logsText, readText, storedText } from './manifest-text.ts';
import { pasted } from './set-address.ts';

/** A backup that has sealed its set. */
export interface FinishedBackup {
  readonly manifest: Manifest;
  readonly outcome: SetOutcome;
  readonly warnings: readonly Warning[];
  readonly location: string;
  readonly elapsedMs: number;
}

/** What programs are told of it. */
export function backupLine({ manifest, outcome, warnings, location, elapsedMs }: FinishedBackup): JsonLine {
  const { label, chain, type: setType, ca, server, startedAt, sealedAt, library, counts, checks, sound } = manifest;
  return {
    type: 'backup-ended',
    label,
    chain,
    setType,
    caId: ca.id,
    caName: ca.name,
    server,
    location,
    startedAt,
    sealedAt,
    endedAt: outcome.endedAt,
    elapsedMs: Math.round(elapsedMs),
    library,
    files: manifest.files.length,
    ...counts,
    checks,
    sound,
    findings: manifest.findings.length,
    ...(manifest.base === undefined ? {} : { base: manifest.base }),
    isTruncated: outcome.truncation !== undefined,
    ...(outcome.truncation === undefined ? {} : { truncation: outcome.truncation }),
    logFolder: outcome.logFolder,
    warnings,
  };
}

export interface TextOptions {
  /** The sink as it was typed. */
  readonly where: string;
  readonly style: Style;
}

/** What people are told of it: what lies where, what it is worth, what to type next. */
export function backupText(backup: FinishedBackup, { where, style }: TextOptions): string[] {
  const { manifest, outcome, warnings, location, elapsedMs } = backup;
  const { label, ca, server, counts, base } = manifest;
  const verdict = verdictOf(backup, style);
  const set = `${pasted(where)} ${label}`;
  return [
    `Set ${style('strong', label)} ${verdict}.`,
    '',
    ...pairs([
      ['CA', printable(`${ca.name} (${ca.id}), server ${server}`)],
      ['type', base === undefined ? manifest.type : `${manifest.type}, builds on ${base}`],
      ['read', readText(manifest.files.length, counts)],
      ['blocks', blocksText(counts)],
      ['stored', storedText(counts)],
      ['where', printable(location)],
      ['began', bothTimes(manifest.startedAt)],
      ['took', duration(elapsedMs)],
      ['checks', checksText(manifest.checks)],
      ['logs', logsText(manifest.files)],
      ...logFolderRows(outcome),
      ['library', printable(libraryText(manifest.library))],
      ['warnings', warnings.length === 0 ? 'none' : `${count(warnings.length, 'warning')}, see above`],
    ]),
    '',
    ...consequence(backup),
    'Next:',
    printable(`  adcs-backup verify ${set} --read-data`),
    printable(`  adcs-backup restore ${set} --to <empty folder>`),
  ];
}

function verdictOf({ manifest, warnings }: FinishedBackup, style: Style): string {
  if (!manifest.sound) return style('bad', 'is sealed, but SUSPECT');
  return warnings.length === 0
    ? style('good', 'is sealed and sound')
    : style('caution', 'is sealed and sound, with warnings');
}

function logFolderRows({ truncation, logFolder }: SetOutcome): [string, string][] {
  if (truncation === undefined) return [['log folder', printable(logFolderText(logFolder))]];
  return [
    ['log folder', printable(`before: ${logFolderText(truncation.before)}`)],
    ['', printable(`after:  ${logFolderText(truncation.after)}`)],
  ];
}

/** What the run changed for the CA. */
function consequence({ manifest, outcome }: FinishedBackup): string[] {
  if (outcome.truncation !== undefined) {
    return [
      'Logs that the CA needs no more were truncated: they are in this chain only. Keep all its sets together.',
      "Only one tool may truncate the logs of a CA: two ruin each other's sets.",
      '',
    ];
  }
  if (manifest.type === 'logs-only') return ['No logs were deleted on the CA.', ''];
  return [
    'For the CA this is a copy: no logs were deleted, and its log folder goes on growing.',
    'Logs-only sets, of this or another tool, need a full one that truncates (--truncate-logs).',
    '',
  ];
}
