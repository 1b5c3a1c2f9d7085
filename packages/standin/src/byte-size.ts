/** Sizes as people type them on a command line. */

const units: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `2GiB`, `512KiB` or plain bytes. @throws when it is none of them */
export function bytesOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)(\w*)$/.exec(text) ?? [];
  const scale = units[unit];
  if (digits === undefined || scale === undefined) throw new Error(`not a size: ${text}`);
  return Number(digits) * scale;
}
