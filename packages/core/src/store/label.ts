import type { SetType } from '../certsrv.ts';

/** A set's name: UTC time and type, `20261121T180316Z-full`. Sorts by time. */
export interface Label {
  readonly text: string;
  readonly time: Date;
  readonly type: SetType;
}

const pattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(full|logs-only)$/;

/** Undefined when `text` is not a label. */
export function parseLabel(text: string): Label | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, type] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime()) || labelText(time, type as SetType) !== text) return undefined;
  return { text, time, type: type as SetType };
}

/** The name of the chain that a set of this time begins. */
export function chainName(label: Label): string {
  return label.text.slice(0, label.text.indexOf('-'));
}

/** When the chain of this name began; undefined when no label makes this name. */
export function chainTime(chain: string): Date | undefined {
  return parseLabel(`${chain}-full`)?.time;
}

/** The label for a run that begins now: always at least a second after the last, even if the clock went back. */
export function nextLabel(now: Date, type: SetType, last: Label | undefined): Label {
  const nowSecond = Math.floor(now.getTime() / 1000) * 1000;
  const time = new Date(last === undefined ? nowSecond : Math.max(nowSecond, last.time.getTime() + 1000));
  return { text: labelText(time, type), time, type };
}

function labelText(time: Date, type: SetType): string {
  return `${time.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-${type}`;
}
