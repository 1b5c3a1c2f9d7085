/** Percentages as people type them: `10%`, `2.5%`, `10`. */

/** What {@link percent} accepts, for the schema of the configuration file. */
export const PERCENT_PATTERN: RegExp = /^(\d+(?:\.\d+)?)\s*%?$/;

/** Above 0, up to 100. @throws {RangeError} that says what is wrong with `text` */
export function percent(text: string): number {
  const match = PERCENT_PATTERN.exec(text.trim());
  if (match === null) throw new RangeError('not a percentage: write it like 10%');
  const value = Number(match[1]);
  if (value <= 0 || value > 100) throw new RangeError('out of range: above 0% and at most 100%');
  return value;
}
