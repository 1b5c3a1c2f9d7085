/** Rates as people type them: `500KiB/s`, `4MiB/s`, `10Mbit/s`. */

const unitBytes: Readonly<Record<string, number>> = {
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kbit: 1000 / 8,
  mbit: 1000 ** 2 / 8,
  gbit: 1000 ** 3 / 8,
};

/** What {@link bytesPerSecond} accepts, for the schema of the configuration file. */
export const RATE_PATTERN: RegExp = /^(\d+(?:\.\d+)?)\s*([kKmMgG](?:iB|bit))\/s$/;

/** 256 kbit/s: with less, a pack takes minutes, and servers close connections that seem idle. */
const lowest = 32_000;

/** Bytes per second. @throws {RangeError} that says what is wrong with `text` */
export function bytesPerSecond(text: string): number {
  const match = RATE_PATTERN.exec(text.trim());
  const perUnit = unitBytes[match?.[2]?.toLowerCase() ?? ''];
  if (perUnit === undefined) throw new RangeError('not a rate: write it like 500KiB/s, 4MiB/s or 10Mbit/s');
  const rate = Math.round(Number(match?.[1]) * perUnit);
  if (rate < lowest) throw new RangeError('too slow: at least 256kbit/s');
  return rate;
}
