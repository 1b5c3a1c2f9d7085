import type { SetEntry } from '@adcs-backup/core';
import type { Run } from '../run.ts';

/** What names one set on the command line. */
export interface SetAddress {
  readonly sink: string;
  /** A label, or `latest`. */
  readonly label: string;
}

/** Tells of sets that `latest` steps over. */
export function skipped({ output }: Run): (set: SetEntry, why: string) => void {
  return ({ label: { text: label } }, why) => {
    output.line({ type: 'set-skipped', label, reason: why });
    output.note(`latest is not ${label}: ${why}`);
  };
}

/** `text` as an argument that can be pasted into a shell. */
export function pasted(text: string): string {
  return /^[\w:\\/.@=+,%-]+$/.test(text) ? text : `"${text}"`;
}
