/** LGPOS: a place in the log stream. All zero means none. */
export interface LogPosition {
  readonly generation: number;
  readonly sector: number;
  /** Within the sector. */
  readonly byte: number;
}

/** Writes an LGPOS (8 bytes). */
export function writeLogPosition(view: DataView, offset: number, position: LogPosition): void {
  view.setUint16(offset, position.byte, true);
  view.setUint16(offset + 2, position.sector, true);
  view.setUint32(offset + 4, position.generation, true);
}

export function readLogPosition(view: DataView, offset: number): LogPosition {
  return {
    generation: view.getUint32(offset + 4, true),
    sector: view.getUint16(offset + 2, true),
    byte: view.getUint16(offset, true),
  };
}
