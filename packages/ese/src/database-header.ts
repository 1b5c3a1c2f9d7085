import { type BackupInfo, readBackupInfo, writeBackupInfo } from './backup-info.ts';
import { sealHeader } from './header-checksum.ts';
import { readLogTime, writeLogTime } from './log-time.ts';
import { readSignature, type Signature, writeSignature } from './signature.ts';

/** The logs that a database needs to become consistent. */
export interface RequiredLogs {
  readonly minRequired: number;
  readonly maxRequired: number;
  readonly maxRequiredCreatedAt: Date;
  readonly maxCommitted: number;
  readonly maxCommittedCreatedAt: Date;
}

export interface DatabaseHeader {
  readonly pageSize: number;
  /** Counts changes; pages may carry a higher one than the header. */
  readonly dbTime: number;
  readonly databaseSignature: Signature;
  readonly logSignature: Signature;
  readonly attachedAt: Date;
  /** Its number in the attach lists of its logs; default 1. */
  readonly databaseId?: number | undefined;
  readonly requiredLogs: RequiredLogs;
  readonly previousFullBackup?: BackupInfo | undefined;
  /** Set only in a streaming copy. */
  readonly currentFullBackup?: BackupInfo | undefined;
}

const MAGIC = 0x89abcdef;
const DIRTY_SHUTDOWN = 2;
/** 0x620,110,240: Windows Server 2022. */
const [VERSION, UPDATE_MAJOR, UPDATE_MINOR] = [0x620, 110, 240];
const DATABASE_FILE = 1;

/** One header page of a database in use, checksum included. A file has two of them. */
export function encodeDatabaseHeader(header: DatabaseHeader): Uint8Array {
  const page = new Uint8Array(header.pageSize);
  const view = new DataView(page.buffer);
  view.setUint32(4, MAGIC, true);
  view.setUint32(8, VERSION, true);
  view.setBigUint64(16, BigInt(header.dbTime), true);
  writeSignature(view, 24, header.databaseSignature);
  view.setUint32(52, DIRTY_SHUTDOWN, true);
  writeLogTime(view, 72, header.attachedAt);
  view.setUint32(104, header.databaseId ?? 1, true);
  writeSignature(view, 108, header.logSignature);
  if (header.previousFullBackup !== undefined) writeBackupInfo(view, 136, header.previousFullBackup);
  if (header.currentFullBackup !== undefined) writeBackupInfo(view, 184, header.currentFullBackup);
  for (const [index, part] of [10, 0, 20348, 0].entries()) view.setUint32(216 + index * 4, part, true);
  view.setUint32(232, UPDATE_MAJOR, true);
  view.setUint32(236, header.pageSize, true);
  view.setUint32(340, VERSION, true);
  view.setUint32(344, UPDATE_MAJOR, true);
  view.setUint32(644, UPDATE_MINOR, true);
  view.setUint8(667, DATABASE_FILE);
  setRequiredLogs(page, header.requiredLogs);
  return page;
}

/** Changes the logs that a header page asks for, and its checksum. */
export function setRequiredLogs(page: Uint8Array, logs: RequiredLogs): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  view.setUint32(296, logs.minRequired, true);
  view.setUint32(300, logs.maxRequired, true);
  writeLogTime(view, 348, logs.maxCommittedCreatedAt);
  view.setUint32(416, logs.maxCommitted, true);
  view.setUint32(640, logs.minRequired, true);
  writeLogTime(view, 672, logs.maxRequiredCreatedAt);
  sealHeader(page);
}

/** What a header page says; undefined when it isn't one. The checksum isn't looked at. */
export function decodeDatabaseHeader(page: Uint8Array): DatabaseHeader | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const databaseSignature = readSignature(view, 24);
  const logSignature = readSignature(view, 108);
  if (view.getUint32(4, true) !== MAGIC || databaseSignature === undefined || logSignature === undefined) {
    return undefined;
  }
  const unset = new Date(0);
  return {
    pageSize: view.getUint32(236, true) || 4096,
    dbTime: Number(view.getBigUint64(16, true)),
    databaseSignature,
    logSignature,
    attachedAt: readLogTime(view, 72) ?? unset,
    databaseId: view.getUint32(104, true),
    requiredLogs: {
      minRequired: view.getUint32(296, true),
      maxRequired: view.getUint32(300, true),
      maxRequiredCreatedAt: readLogTime(view, 672) ?? unset,
      maxCommitted: view.getUint32(416, true),
      maxCommittedCreatedAt: readLogTime(view, 348) ?? unset,
    },
    previousFullBackup: readBackupInfo(view, 136),
    currentFullBackup: readBackupInfo(view, 184),
  };
}
