import { type LogPosition, readLogPosition, writeLogPosition } from './log-position.ts';
import { readLogTime, writeLogTime } from './log-time.ts';

/** BKINFO: one backup in the engine's memory, in a database header or a trailer. */
export interface BackupInfo {
  /** Where the log stood when the backup began: its identity. */
  readonly mark: LogPosition;
  readonly markedAt: Date;
  readonly genLow: number;
  /** 0 in the header of a streaming copy: known only when the last page was read. */
  readonly genHigh: number;
}

/** Writes a BKINFO (24 bytes). */
export function writeBackupInfo(view: DataView, offset: number, info: BackupInfo): void {
  writeLogPosition(view, offset, info.mark);
  writeLogTime(view, offset + 8, info.markedAt);
  view.setUint32(offset + 16, info.genLow, true);
  view.setUint32(offset + 20, info.genHigh, true);
}

/** Undefined when there was no such backup. */
export function readBackupInfo(view: DataView, offset: number): BackupInfo | undefined {
  const markedAt = readLogTime(view, offset + 8);
  const genLow = view.getUint32(offset + 16, true);
  if (markedAt === undefined || genLow === 0) return undefined;
  return { mark: readLogPosition(view, offset), markedAt, genLow, genHigh: view.getUint32(offset + 20, true) };
}
