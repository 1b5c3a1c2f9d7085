import { AdcsBackupError } from '@adcs-backup/core';
import type { BackupSink, SinkSetting } from '@adcs-backup/core/sink';
import type { ConformanceCheck } from '@adcs-backup/sink-conformance';
import { count, duration } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import type { Left } from './sink-check-left.ts';
import type { Place } from './sink-check-place.ts';
import { groupsOf, nameOf } from './sink-check-selection.ts';
import { clockText, leftText, settingText } from './sink-check-text.ts';
import type { Tried } from './sink-check-try.ts';

export interface SinkFindings {
  readonly sink: BackupSink;
  readonly settings: readonly SinkSetting[];
  readonly prefix: string;
  readonly place: Place;
  readonly tried: readonly Tried[];
  readonly notTried: readonly ConformanceCheck[];
  /** Undefined when nobody knows. */
  readonly left: Left | undefined;
}

/** What a report needs of a run. */
interface ReportingRun {
  readonly output: Pick<Output, 'line' | 'text' | 'warning' | 'style'>;
}

/** Labels are times: a set's is compared with those of the last ones. */
const clockLimitMs = 5 * 60_000;

/** Tells what was found. @throws `integrity-failed` when a promise is broken */
export function report(run: ReportingRun, findings: SinkFindings): 'done' | 'warnings' {
  const { sink, tried } = findings;
  tellPlace(run, findings);
  const hasWarnings = warn(run, findings) || isLittered(findings);
  const broken = tried.filter(({ result }) => result === 'broken');
  const kept = tried.filter(({ result }) => result === 'kept');
  run.output.line(endLine(findings, { broken: broken.length, kept: kept.length }));
  if (broken.length > 0) {
    const groups = [...new Set(broken.map(({ check }) => check.group))].join(', ');
    const message = `${sink.location} breaks ${count(broken.length, 'promise')} of a sink: ${groups}`;
    throw new AdcsBackupError('integrity-failed', message, {
      hint: 'Store no sets there, or not there alone, until that is mended. What it means for backups is said beside each group.',
    });
  }
  run.output.text(['', ...conclusion(run, findings, kept.length)]);
  return hasWarnings ? 'warnings' : 'done';
}

/** Objects are left that should not be, or nobody knows. */
function isLittered({ left, place }: SinkFindings): boolean {
  return left === undefined || (left.objects > 0 && place.canDelete);
}

function tellPlace({ output }: ReportingRun, { settings, place, prefix, left }: SinkFindings): void {
  for (const setting of settings) output.line({ type: 'setting-found', ...setting });
  output.text([
    '',
    clockText(place.aheadMs),
    ...settings.map((setting) => settingText(setting, output.style)),
    ...(left === undefined ? [] : [leftText(left, { prefix, settings, canDelete: place.canDelete })]),
  ]);
}

/** Whether there was something to warn of. */
function warn({ output }: ReportingRun, { settings, place }: SinkFindings): boolean {
  const endangering = settings.filter(({ warning }) => warning !== undefined);
  for (const { name, message, warning } of endangering) {
    output.warning({
      code: `sink-${name}`,
      message: `${name}: ${message}`,
      ...(warning === undefined ? {} : { hint: warning }),
    });
  }
  if (Math.abs(place.aheadMs) <= clockLimitMs) return endangering.length > 0;
  output.warning({
    code: 'clock-differs',
    message: `the clock of the sink and that of this computer differ by ${duration(Math.abs(place.aheadMs))}`,
    hint: 'Find out which one is wrong. Sets are named by the clock of this computer, and many servers refuse requests that are 15 min away from theirs.',
  });
  return true;
}

function endLine(
  { sink, place, prefix, tried, notTried, left }: SinkFindings,
  counts: { broken: number; kept: number },
) {
  return {
    type: 'sink-checked',
    location: sink.location,
    ...counts,
    skipped: tried.length - counts.broken - counts.kept,
    notTried: notTried.map(nameOf),
    clockAheadMs: place.aheadMs,
    canDelete: place.canDelete,
    prefix,
    ...(left === undefined ? {} : { leftObjects: left.objects, leftBytes: left.bytes }),
  };
}

function conclusion({ output }: ReportingRun, { tried, notTried }: SinkFindings, kept: number): string[] {
  const done = `${output.style('good', 'Every promise that was tried is kept')}: ${kept}.`;
  if (notTried.length === 0) return [done];
  return [done, `Not tried without --all: ${groupsOf(notTried, [...tried.map(({ check }) => check), ...notTried])}.`];
}
