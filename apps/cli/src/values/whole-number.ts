/** Whole numbers as people type them. */

/** What {@link wholeNumber} accepts, for the schema of the configuration file. */
export const WHOLE_NUMBER_PATTERN: RegExp = /^[1-9]\d{0,8}$/;

/** From 1 on. @throws {RangeError} that says what is wrong with `text` */
export function wholeNumber(text: string): number {
  if (WHOLE_NUMBER_PATTERN.test(text)) return Number(text);
  throw new RangeError('not a whole number from 1 on');
}
