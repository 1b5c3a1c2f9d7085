/** The headers of databases as they lie on the disk. All of it under the CA's lock. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import {
  type DatabaseHeader,
  decodeDatabaseHeader,
  type RequiredLogs,
  sealHeader,
  setRequiredLogs,
} from '@adcs-backup/ese';

const MAX_PAGE_BYTES = 32_768;

/** @throws when the file is not an ESE database */
export function readDatabaseHeader(path: string): DatabaseHeader {
  const file = openSync(path, 'r');
  try {
    return readPage(file, path).header;
  } finally {
    closeSync(file);
  }
}

/** Changes both headers of a database; their checksum is taken care of. */
export function changeHeader(path: string, change: (page: Buffer, header: DatabaseHeader) => void): void {
  const file = openSync(path, 'r+');
  try {
    const { page, header } = readPage(file, path);
    change(page, header);
    sealHeader(page);
    writeSync(file, page, 0, page.length, 0);
    writeSync(file, page, 0, page.length, page.length);
  } finally {
    closeSync(file);
  }
}

/** A log, as a database's header knows it. */
export interface KnownLog {
  readonly generation: number;
  readonly createdAt: Date;
}

/** Says in the headers that this log is the current one, and from which log on recovery begins. */
export function requireLogs(path: string, current: KnownLog, minRequired?: number): void {
  changeHeader(path, (page, { requiredLogs }) => {
    const { generation, createdAt } = current;
    const newest: Omit<RequiredLogs, 'minRequired'> = {
      maxRequired: generation,
      maxRequiredCreatedAt: createdAt,
      maxCommitted: generation,
      maxCommittedCreatedAt: createdAt,
    };
    setRequiredLogs(page, {
      minRequired: requiredLogs.minRequired,
      ...newest,
      ...(minRequired === undefined ? {} : { minRequired }),
    });
  });
}

function readPage(file: number, path: string): { page: Buffer; header: DatabaseHeader } {
  const start = Buffer.alloc(MAX_PAGE_BYTES);
  readSync(file, start, 0, start.length, 0);
  const header = decodeDatabaseHeader(start);
  if (header === undefined) throw new Error(`${path} is not an ESE database`);
  return { page: start.subarray(0, header.pageSize), header };
}
