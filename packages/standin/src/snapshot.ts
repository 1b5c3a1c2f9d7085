import { open } from 'node:fs/promises';
import { decodeDatabaseHeader, sealHeader, writeBackupInfo } from '@adcs-backup/ese';

const PREVIOUS_FULL = 136;
const PREVIOUS_FULL_TYPE = 356;
const BY_SNAPSHOT = 1;

/** Writes a full backup by volume shadow copy into both headers of a database, in place of any other. */
export async function noteSnapshot(databasePath: string): Promise<void> {
  const file = await open(databasePath, 'r+');
  try {
    const start = Buffer.alloc(32768);
    await file.read(start, 0, start.length, 0);
    const header = decodeDatabaseHeader(start);
    if (header === undefined) throw new Error(`${databasePath} is not an ESE database`);
    const page = start.subarray(0, header.pageSize);
    const view = new DataView(page.buffer, page.byteOffset, page.length);
    const { minRequired, maxCommitted } = header.requiredLogs;
    const mark = { generation: maxCommitted, sector: 1, byte: 0 };
    writeBackupInfo(view, PREVIOUS_FULL, { mark, markedAt: new Date(), genLow: minRequired, genHigh: maxCommitted });
    view.setUint32(PREVIOUS_FULL_TYPE, BY_SNAPSHOT, true);
    sealHeader(page);
    await file.write(page, 0, page.length, 0);
    await file.write(page, 0, page.length, page.length);
  } finally {
    await file.close();
  }
}
