/** Sizes, times and durations as people read them. */

const kib = 1024;
const mib = 1024 * kib;
const gib = 1024 * mib;

/** `1,294,336 bytes (1.23 MiB)`: both, where the exact number matters. */
export function exactSize(bytes: number): string {
  return bytes < kib ? count(bytes, 'byte') : `${count(bytes, 'byte')} (${shortSize(bytes)})`;
}

/** `1.2 MiB`: for tables and progress. */
export function shortSize(bytes: number): string {
  if (bytes < kib) return `${bytes} B`;
  if (bytes < mib) return `${(bytes / kib).toFixed(1)} KiB`;
  if (bytes < gib) return `${(bytes / mib).toFixed(1)} MiB`;
  return `${(bytes / gib).toFixed(2)} GiB`;
}

/** `1 file`, `1,234 files`. */
export function count(amount: number, noun: string): string {
  return `${grouped(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

export function grouped(amount: number): string {
  return amount.toLocaleString('en-US');
}

/** `12.5 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-21 18:03:16 UTC`. */
export function utcTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-21 19:03:16 +01:00`: by this machine's time zone. */
export function localTime(time: Date): string {
  const offsetMinutes = -time.getTimezoneOffset();
  const shifted = new Date(time.getTime() + offsetMinutes * 60_000).toISOString();
  const sign = offsetMinutes < 0 ? '-' : '+';
  const hours = pad(Math.floor(Math.abs(offsetMinutes) / 60));
  return `${shifted.slice(0, 19).replace('T', ' ')} ${sign}${hours}:${pad(Math.abs(offsetMinutes) % 60)}`;
}

/** Both, marked. */
export function bothTimes(time: Date): string {
  return `${utcTime(time)} (${localTime(time)} local)`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
