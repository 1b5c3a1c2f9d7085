import { closeSync, openSync, readFileSync, readSync, truncateSync, writeSync } from 'node:fs';
import { segmentContent, synthesizePage, writeBackupInfo } from '@adcs-backup/ese';
import { changeHeader, requireLogs } from './header-pages.ts';
import { decodeRecords, type RedoRecord } from './redo-record.ts';
import { checkFit, type SoundLog, soundLogs } from './restorable.ts';
import { type SoundDatabase, soundDatabase } from './sound-database.ts';

/** What replaying did. */
export interface Replay {
  readonly highestGeneration: number;
  /** About this database. */
  readonly records: number;
  /** The others were in the copy already. */
  readonly changedPages: number;
}

const CURRENT_FULL = 184;

/**
 * Does to a streaming copy what recovery does: it loses its trailer, and gets every page that the logs
 * know a newer version of. Doing it again changes nothing.
 * @throws when the engine would refuse the database or the logs, before anything is changed
 */
export async function replayLogs(databasePath: string, logPaths: readonly string[]): Promise<Replay> {
  const database = await soundDatabase(databasePath);
  const logs = await soundLogs(logPaths);
  const { header } = checkFit(database, logs);
  endCopy(database);
  requireLogs(databasePath, header);
  return { highestGeneration: header.generation, ...applyLogs(database, logs) };
}

/** From now on the header says what the trailer said. */
function endCopy({ path, header, hasTrailer, sizeBytes, highestNeeded }: SoundDatabase): void {
  const { currentFullBackup } = header;
  if (!hasTrailer || currentFullBackup === undefined) return;
  changeHeader(path, (page) => {
    const view = new DataView(page.buffer, page.byteOffset, page.length);
    writeBackupInfo(view, CURRENT_FULL, { ...currentFullBackup, genHigh: highestNeeded });
  });
  truncateSync(path, sizeBytes);
}

function applyLogs(
  { path, header }: SoundDatabase,
  logs: readonly SoundLog[],
): Pick<Replay, 'records' | 'changedPages'> {
  const file = openSync(path, 'r+');
  let [records, changedPages] = [0, 0];
  try {
    for (const record of recordsOf(logs)) {
      if (record.databaseId !== (header.databaseId ?? 1)) continue;
      records += 1;
      if (applyRecord(file, header.pageSize, record)) changedPages += 1;
    }
  } finally {
    closeSync(file);
  }
  return { records, changedPages };
}

function* recordsOf(logs: readonly SoundLog[]): Generator<RedoRecord> {
  for (const { path, segmentCount } of logs) {
    const bytes = readFileSync(path);
    for (let sector = 1; sector <= segmentCount; sector += 1) yield* decodeRecords(segmentContent(bytes, sector));
  }
}

/** Whether the page was older. */
function applyRecord(file: number, pageSize: number, { page, ...shape }: RedoRecord): boolean {
  const place = (page + 1) * pageSize;
  const dbTime = Buffer.alloc(8);
  readSync(file, dbTime, 0, dbTime.length, place + 8);
  if (dbTime.readBigUInt64LE() >= BigInt(shape.dbTime)) return false;
  const bytes = new Uint8Array(pageSize);
  synthesizePage(bytes, { number: page, pageSize, ...shape });
  writeSync(file, bytes, 0, pageSize, place);
  return true;
}
