const IS_UTC = 1;

/** Writes a LOGTIME (8 bytes): a UTC time to the millisecond, 1900 to 2155. */
export function writeLogTime(view: DataView, offset: number, time: Date): void {
  const milliseconds = time.getUTCMilliseconds();
  view.setUint8(offset, time.getUTCSeconds());
  view.setUint8(offset + 1, time.getUTCMinutes());
  view.setUint8(offset + 2, time.getUTCHours());
  view.setUint8(offset + 3, time.getUTCDate());
  view.setUint8(offset + 4, time.getUTCMonth() + 1);
  view.setUint8(offset + 5, time.getUTCFullYear() - 1900);
  view.setUint8(offset + 6, IS_UTC | ((milliseconds & 0x7f) << 1));
  view.setUint8(offset + 7, (milliseconds >>> 7) << 1);
}

/** Reads a LOGTIME; undefined when it was never set. Local times of old engines are taken for UTC. */
export function readLogTime(view: DataView, offset: number): Date | undefined {
  if (view.getBigUint64(offset, true) === 0n) return undefined;
  const milliseconds = (view.getUint8(offset + 6) >>> 1) | (((view.getUint8(offset + 7) >>> 1) & 7) << 7);
  return new Date(
    Date.UTC(
      view.getUint8(offset + 5) + 1900,
      view.getUint8(offset + 4) - 1,
      view.getUint8(offset + 3),
      view.getUint8(offset + 2),
      view.getUint8(offset + 1),
      view.getUint8(offset),
      milliseconds,
    ),
  );
}
