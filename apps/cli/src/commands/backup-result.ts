import { type Manifest, messageOf, type SetOutcome, type SinkResult, type Warning } from '@adcs-backup/core';
import { bothTimes, count, duration } from '../output/format.ts';
import type { JsonLine } from '../output/json-line.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import { pairs } from '../output/table.ts';
import {
  blocksText,
  checksText,
  libraryText,
  logsText,
  protectionRows,
  readText,
  storedText,
  unsignedText,
} from './manifest-text.ts';
import { pasted } from './set-address.ts';
import { isTruncated, logFolderRows, truncationText } from './truncation-text.ts';

/** A backup that has sealed its set. */
export interface FinishedBackup {
  readonly manifest: Manifest;
  readonly outcome: SetOutcome;
  readonly warnings: readonly Warning[];
  readonly sinks: readonly SinkResult[];
  readonly elapsedMs: number;
  /** The public key that verifies the set; undefined when it is not signed. */
  readonly publicKey: string | undefined;
}

/** What programs are told of it. */
export function backupLine({ manifest, outcome, warnings, sinks, elapsedMs, publicKey }: FinishedBackup): JsonLine {
  const { label, chain, number, type: setType, ca, server, startedAt, sealedAt, library, counts, checks } = manifest;
  return {
    type: 'backup-ended',
    label,
    chain,
    number,
    setType,
    caId: ca.id,
    caName: ca.name,
    server,
    location: sinks.find(({ at }) => at === 'sealed')?.location,
    sinks: sinks.map(sinkFact),
    startedAt,
    sealedAt,
    endedAt: outcome.endedAt,
    elapsedMs: Math.round(elapsedMs),
    library,
    files: manifest.files.length,
    ...counts,
    checks,
    sound: manifest.sound,
    findings: manifest.findings.length,
    base: manifest.base,
    recipients: manifest.recipients,
    lockedUntil: manifest.lockedUntil,
    signedBy: publicKey,
    isTruncated: isTruncated(outcome),
    truncation: outcome.truncation,
    logFolder: outcome.logFolder,
    warnings,
  };
}

function sinkFact(sink: SinkResult): Readonly<Record<string, string>> {
  const { location, at } = sink;
  return sink.at === 'sealed' ? { location, at } : { location, at, message: messageOf(sink.error) };
}

export interface TextOptions {
  /** The sinks as they were typed. */
  readonly where: readonly string[];
  readonly style: Style;
}

/** What people are told of it: what lies where, what it is worth, what to type next. */
export function backupText(backup: FinishedBackup, { where, style }: TextOptions): string[] {
  const { manifest, outcome, warnings, sinks, elapsedMs, publicKey } = backup;
  const { label, ca, server, counts, base } = manifest;
  const verdict = verdictOf(backup, style);
  return [
    `Set ${style('strong', label)} ${verdict}.`,
    '',
    ...pairs([
      ['CA', printable(`${ca.name} (${ca.id}), server ${server}`)],
      ['type', base === undefined ? manifest.type : `${manifest.type}, builds on ${base}`],
      ['read', readText(manifest.files.length, counts)],
      ['blocks', blocksText(counts)],
      ['stored', storedText(counts)],
      ...protectionRows(manifest, publicKey === undefined ? unsignedText : `by ${publicKey}`),
      ...sinks.map((sink, index): [string, string] => [index === 0 ? 'where' : '', whereText(sink, style)]),
      ['began', bothTimes(manifest.startedAt)],
      ['took', duration(elapsedMs)],
      ['checks', checksText(manifest.checks)],
      ['logs', logsText(manifest.files)],
      ...logFolderRows(outcome).map(([name, text]): [string, string] => [name, printable(text)]),
      ['library', printable(libraryText(manifest.library))],
      ['warnings', warnings.length === 0 ? 'none' : `${count(warnings.length, 'warning')}, see above`],
    ]),
    '',
    ...truncationText(manifest, outcome),
    '',
    'Next:',
    ...nextSteps(backup, where).map((step) => printable(`  adcs-backup ${step}`)),
  ];
}

function whereText(sink: SinkResult, style: Style): string {
  if (sink.at === 'sealed') return printable(sink.location);
  const word = sink.at === 'dropped' ? 'DROPPED' : 'BEHIND';
  return `${printable(sink.location)}: ${style('bad', word)}, the set is not there`;
}

function verdictOf({ manifest, warnings }: FinishedBackup, style: Style): string {
  if (!manifest.sound) return style('bad', 'is sealed, but SUSPECT');
  return warnings.length === 0
    ? style('good', 'is sealed and sound')
    : style('caution', 'is sealed and sound, with warnings');
}

/** Nobody is led to a restore of a suspect set: "latest" is a sound one. */
function nextSteps({ manifest, sinks, publicKey }: FinishedBackup, where: readonly string[]): string[] {
  const { label, sound, recipients } = manifest;
  const signedBy = publicKey === undefined ? '' : ` --signed-by ${publicKey}`;
  const identity = recipients === undefined ? '' : ' --identity <file>';
  const sink = pasted(where[sinks.findIndex(({ at }) => at === 'sealed')] ?? '<sink>');
  return sound
    ? [
        `verify ${sink} ${label} --read-data${signedBy}`,
        `restore ${sink} ${label} --to <empty folder>${identity}${signedBy}`,
      ]
    : [`show ${sink} ${label}`, `show ${sink} latest`];
}
