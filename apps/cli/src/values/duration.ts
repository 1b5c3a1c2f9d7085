/** Durations as people type them: `30s`, `2m`, `10min`, `1h`, `2d`. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What {@link durationMs} accepts, for the schema of the configuration file. */
export const DURATION_PATTERN: RegExp = /^(\d+(?:\.\d+)?)\s*(ms|sec|s|min|m|h|d)$/;

/** Timers of the platform hold 24.8 days. */
const longestMs = 20 * 86_400_000;

/** Stores lock for a hundred years at most. */
const longestAgeMs = 36_500 * 86_400_000;

/** Milliseconds. @throws {RangeError} that says what is wrong with `text` */
export function durationMs(text: string): number {
  const ms = milliseconds(text);
  if (ms > longestMs) throw new RangeError('too long: the longest duration is 20d');
  return ms;
}

/** As {@link durationMs}, for ages: no timer runs for them, and less than an hour is a slip. */
export function ageMs(text: string): number {
  const ms = milliseconds(text);
  if (ms < 3_600_000) throw new RangeError('too short: at least 1h');
  if (ms > longestAgeMs) throw new RangeError('too long: the longest is 36500d');
  return ms;
}

/** As {@link ageMs}, and at least a day: a lock that ends before the run does would be none. */
export function lockMs(text: string): number {
  const ms = ageMs(text);
  if (ms < 86_400_000) throw new RangeError('too short: at least 1d');
  return ms;
}

/** As {@link durationMs}, and at least a second: shorter would end healthy calls. */
export function stallTimeoutMs(text: string): number {
  const ms = durationMs(text);
  if (ms < 1000) throw new RangeError('too short: at least 1s');
  return ms;
}

function milliseconds(text: string): number {
  const match = DURATION_PATTERN.exec(text.trim());
  const perUnit = unitMs[match?.[2] ?? ''];
  if (perUnit === undefined) throw new RangeError('not a duration: write it like 30s, 2min, 1h or 7d');
  return Math.round(Number(match?.[1]) * perUnit);
}
