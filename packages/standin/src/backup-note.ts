import { type BackupInfo, writeBackupInfo } from '@adcs-backup/ese';
import type { CaFiles } from './ca-files.ts';
import { changeHeader } from './header-pages.ts';

/** A backup, as databases remember it. */
export interface BackupNote {
  readonly type: 'full' | 'logs-only';
  readonly by: 'streaming' | 'snapshot';
  /** One that leaves the logs as they are is a copy, or a differential: nothing builds on it. */
  readonly counts: boolean;
  readonly info: BackupInfo;
}

const BACKUP_INFO_BYTES = 24;
const FULL = { info: 136, type: 356 };
const INCREMENTAL = { info: 160, type: 360 };
const COPY = { info: 420, type: 468 };
const DIFFERENTIAL = { info: 444, type: 472 };

/** Writes a backup into the headers of all databases, in place of an earlier one of its kind. Under the CA's lock. */
export function noteBackup({ databases }: CaFiles, note: BackupNote): void {
  for (const { path } of databases) changeHeader(path, (page) => writeNote(page, note));
}

function writeNote(page: Buffer, { type, by, counts, info }: BackupNote): void {
  const isFull = type === 'full';
  const place = counts ? (isFull ? FULL : INCREMENTAL) : isFull ? COPY : DIFFERENTIAL;
  writeBackupInfo(new DataView(page.buffer, page.byteOffset, page.length), place.info, info);
  page.writeUInt32LE(by === 'snapshot' ? 1 : 0, place.type);
  if (!isFull || !counts) return;
  page.fill(0, INCREMENTAL.info, INCREMENTAL.info + BACKUP_INFO_BYTES);
  page.writeUInt32LE(0, INCREMENTAL.type);
}
