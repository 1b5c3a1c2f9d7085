import type { SinkSetting } from '@adcs-backup/core/sink';
import type { ConformanceGroup } from '@adcs-backup/sink-conformance';
import { count, duration, shortSize } from '../output/format.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { Left } from './sink-check-left.ts';
import { meaningOf } from './sink-check-meaning.ts';
import type { Tried } from './sink-check-try.ts';

/** One line for a group of promises; for each broken one what was found, then what it means. */
export function groupText(group: ConformanceGroup, all: readonly Tried[], style: Style): string[] {
  const kept = all.filter(({ result }) => result === 'kept').length;
  const broken = all.filter((tried) => tried.result === 'broken');
  const skipped = all.filter((tried) => tried.result === 'skipped');
  const reasons = new Set(skipped.map(({ reason }) => reason));
  const parts = [
    ...(broken.length === 0 ? [] : [style('bad', `${broken.length} BROKEN`)]),
    ...(kept === 0 ? [] : [`${kept} ${style('good', 'kept')}`]),
    ...(skipped.length === 0 ? [] : [`${skipped.length} not tried: ${[...reasons].join('; ')}`]),
  ];
  return [
    lineOf(group, parts.join(', ')),
    ...broken.flatMap(({ check, message }) => [
      `  ${style('bad', 'BROKEN')}: ${check.name}`,
      ...printable(message)
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => `    ${line}`),
    ]),
    ...(broken.length === 0 ? [] : [`  What that means: ${meaningOf[group]}`]),
  ];
}

/** `clock             2.5 s ahead of this computer's`. */
export function clockText(aheadMs: number): string {
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  const text = aheadMs === 0 ? "agrees with this computer's" : `${duration(Math.abs(aheadMs))} ${side} this computer's`;
  return lineOf('clock', text);
}

export function settingText({ name, state, message, warning }: SinkSetting, style: Style): string {
  const mark = warning === undefined ? '' : ` ${style('caution', 'WARNING')}`;
  return lineOf(name, printable(`${state}: ${message}`) + mark);
}

export interface LeftWhere {
  readonly prefix: string;
  readonly canDelete: boolean;
  readonly settings: readonly SinkSetting[];
}

/** What is left of the objects that were put. */
export function leftText({ objects, bytes }: Left, { prefix, canDelete, settings }: LeftWhere): string {
  if (objects > 0) {
    const why = canDelete
      ? 'could not be deleted'
      : 'these credentials may not delete, and a backup needs no such right';
    return lineOf('left behind', `${count(objects, 'object')} ${prefix}* (${shortSize(bytes)}): ${why}`);
  }
  const keepsVersions = settings.some(({ name, state }) => name === 'versioning' && state === 'on');
  return lineOf(
    'left behind',
    keepsVersions ? `nothing but the versions that the place keeps of ${prefix}*` : 'nothing',
  );
}

function lineOf(name: string, text: string): string {
  return `${name.padEnd(17)} ${text}`;
}
