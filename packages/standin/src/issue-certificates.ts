import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DatabaseHeader,
  decodeDatabaseHeader,
  decodeLogHeader,
  encodeCheckpoint,
  fillLog,
  logFileName,
  setRequiredLogs,
  synthesizeLog,
  synthesizePage,
} from '@adcs-backup/ese';
import type { CaLayout } from './layout.ts';

export interface Issuance {
  /** Pages that get other content, scattered over the database. */
  readonly changedPages?: number;
  /** Pages added at the end. */
  readonly appendedPages?: number;
  /** Logs that are filled and closed; default 1. */
  readonly logs?: number;
}

/** Where the work is done; `version` tells this issuance's content from all before. */
export interface IssuingCa {
  readonly layout: CaLayout;
  readonly databasePath: string;
  readonly seed: number;
  readonly version: number;
  readonly checkpointLag: number;
}

/** Does to the files what a CA does that issues certificates. */
export async function issueCertificates(ca: IssuingCa, issuance: Issuance): Promise<void> {
  const database = await open(ca.databasePath, 'r+');
  try {
    const header = await readHeader(database, ca.databasePath);
    await writePages(database, { ...ca, header }, issuance);
    for (let index = 0; index < (issuance.logs ?? 1); index += 1) await rollLog(ca, header);
    await moveCheckpoint(database, ca);
  } finally {
    await database.close();
  }
}

async function readHeader(database: FileHandle, path: string): Promise<DatabaseHeader> {
  const start = Buffer.alloc(4096);
  await database.read(start, 0, start.length, 0);
  const header = decodeDatabaseHeader(start);
  if (header === undefined) throw new Error(`${path} is not an ESE database`);
  return header;
}

async function writePages(
  database: FileHandle,
  ca: IssuingCa & { readonly header: DatabaseHeader },
  { changedPages = 0, appendedPages = 0 }: Issuance,
): Promise<void> {
  const { pageSize, dbTime } = ca.header;
  const pageCount = Math.floor((await database.stat()).size / pageSize) - 2;
  const changed = Array.from({ length: Math.min(changedPages, pageCount) }, (_, index) => {
    return 1 + Math.floor((index * pageCount) / Math.min(changedPages, pageCount));
  });
  const appended = Array.from({ length: appendedPages }, (_, index) => pageCount + 1 + index);
  const page = new Uint8Array(pageSize);
  for (const number of [...changed, ...appended]) {
    synthesizePage(page, { number, pageSize, seed: ca.seed, version: ca.version, dbTime: dbTime + ca.version });
    await database.write(page, 0, pageSize, (number + 1) * pageSize);
  }
}

/** Fills the current log, closes it under its number, and begins the next one. */
async function rollLog(ca: IssuingCa, database: DatabaseHeader): Promise<void> {
  const bytes = await readFile(ca.layout.currentLog);
  const header = decodeLogHeader(bytes);
  if (header === undefined) throw new Error(`${ca.layout.currentLog} is not a log`);
  const seed = ca.seed + ca.version;
  const previousSeal = fillLog(bytes, { header, seed });
  const generation = header.generation + 1;
  const next = synthesizeLog({
    header: {
      ...header,
      generation,
      // Two logs never have the same creation time, however fast they are filled.
      createdAt: new Date(Math.max(Date.now(), header.createdAt.getTime() + 1000)),
      previousCreatedAt: header.createdAt,
      previousSeal,
      // The first log of a stream names no database yet.
      attached:
        header.attached.length > 0
          ? header.attached
          : [{ signature: database.databaseSignature, path: ca.databasePath }],
    },
    seed,
    segmentCount: 1,
  });
  const beingPrepared = join(ca.layout.logFolder, 'edbtmp.log');
  await writeFile(beingPrepared, next.bytes);
  await writeFile(ca.layout.currentLog, bytes);
  await rename(ca.layout.currentLog, join(ca.layout.logFolder, logFileName(header.generation)));
  await rename(beingPrepared, ca.layout.currentLog);
}

/** The checkpoint follows the current log; the database's headers ask for the logs between. */
async function moveCheckpoint(database: FileHandle, ca: IssuingCa): Promise<void> {
  const log = decodeLogHeader(await readFile(ca.layout.currentLog));
  const header = await readHeader(database, ca.databasePath);
  if (log === undefined) throw new Error(`${ca.layout.currentLog} is not a log`);
  const minRequired = Math.max(header.requiredLogs.minRequired, log.generation - ca.checkpointLag);
  const page = Buffer.alloc(header.pageSize);
  await database.read(page, 0, page.length, 0);
  setRequiredLogs(page, {
    minRequired,
    maxRequired: log.generation,
    maxRequiredCreatedAt: log.createdAt,
    maxCommitted: log.generation,
    maxCommittedCreatedAt: log.createdAt,
  });
  await database.write(page, 0, page.length, 0);
  await database.write(page, 0, page.length, page.length);
  const position = { generation: minRequired, sector: 1, byte: 0 };
  await writeFile(ca.layout.checkpoint, encodeCheckpoint({ position, logSignature: log.logSignature }));
}
