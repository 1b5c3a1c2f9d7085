/** What is measured, by its name in the report. */

export const FIRST_FULL = 'first full';
export const VERIFY = 'verify';
export const RESTORE = 'restore';

export const LIST = 'list, 10,000 sets';
export const HELP = 'start, --help';
export const NODE_ALONE = 'start, Node alone';

/** How much of the database's pages changes between two fulls, in percent. */
export const CHANGED_PERCENT: readonly number[] = [0.1, 0.5, 5];

/** The change after which all that is stored is read again, and that the targets are about. */
export const MAIN_PERCENT = 0.5;

export function secondFull(percent: number): string {
  return `second full, ${percent} % changed`;
}

/** In the order of the report, which isn't that of measuring. */
export const TASKS: readonly string[] = [
  FIRST_FULL,
  ...CHANGED_PERCENT.map(secondFull),
  VERIFY,
  RESTORE,
  LIST,
  HELP,
  NODE_ALONE,
];

/** Tasks that only ours is measured in. */
export const OWN_TASKS: readonly string[] = [LIST, HELP, NODE_ALONE];
