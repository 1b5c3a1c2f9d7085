const closedLog = /^edb([0-9a-f]{5}|[0-9a-f]{8})\.log$/i;

/** Name of a closed log: five hexadecimal digits, eight from generation 0x100000 on. */
export function logFileName(generation: number): string {
  const digits = generation > 0xfffff ? 8 : 5;
  return `edb${generation.toString(16).toUpperCase().padStart(digits, '0')}.log`;
}

/** Undefined for anything that isn't a closed log, `edb.log` included. */
export function logGeneration(fileName: string): number | undefined {
  const digits = closedLog.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
