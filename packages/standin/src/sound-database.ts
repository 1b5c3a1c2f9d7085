import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkPage, type DatabaseHeader, decodeTrailer, isHeaderValid } from '@adcs-backup/ese';
import { databaseExtent } from './state-digest.ts';

/** A database that is whole, and which logs it can't do without. */
export interface SoundDatabase {
  readonly path: string;
  readonly header: DatabaseHeader;
  readonly hasTrailer: boolean;
  /** Without the trailer. */
  readonly sizeBytes: number;
  readonly lowestNeeded: number;
  readonly highestNeeded: number;
}

const CHUNK_PAGES = 64;

/**
 * Reads a database from end to end, as no engine does at once, but each does in the end.
 * @throws when something is damaged, or header and trailer don't fit each other
 */
export async function soundDatabase(path: string): Promise<SoundDatabase> {
  const { header, hasTrailer, sizeBytes } = await databaseExtent(path);
  if (sizeBytes % header.pageSize !== 0) throw new Error(`${basename(path)} ends within a page (-561)`);
  const file = await open(path);
  try {
    await checkHeader(file, path, header.pageSize);
    await checkPages(file, path, { pageSize: header.pageSize, sizeBytes });
    const database = { path, header, hasTrailer, sizeBytes };
    const { minRequired, maxRequired, maxCommitted } = header.requiredLogs;
    if (!hasTrailer) {
      return { ...database, lowestNeeded: minRequired, highestNeeded: Math.max(maxRequired, maxCommitted) };
    }
    const trailer = await readPage(file, sizeBytes, header.pageSize);
    return {
      ...database,
      lowestNeeded: header.currentFullBackup?.genLow ?? 0,
      highestNeeded: trailerHigh(path, header, trailer),
    };
  } finally {
    await file.close();
  }
}

async function checkHeader(file: FileHandle, path: string, pageSize: number): Promise<void> {
  const page = await readPage(file, 0, pageSize);
  if (!isHeaderValid(page)) throw new Error(`${basename(path)} has a damaged header (-1018)`);
}

async function checkPages(
  file: FileHandle,
  path: string,
  { pageSize, sizeBytes }: { readonly pageSize: number; readonly sizeBytes: number },
): Promise<void> {
  for (let at = 2 * pageSize; at < sizeBytes; at += CHUNK_PAGES * pageSize) {
    const chunk = await readPage(file, at, Math.min(CHUNK_PAGES * pageSize, sizeBytes - at));
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let offset = 0; offset < chunk.length; offset += pageSize) {
      const number = (at + offset) / pageSize - 1;
      if (checkPage(view, { offset, number }, pageSize) === 'bad') {
        throw new Error(`page ${number} of ${basename(path)} is damaged (-1018)`);
      }
    }
  }
}

/** The generation that was current when the copy ended. */
function trailerHigh(path: string, header: DatabaseHeader, page: Buffer): number {
  const trailer = decodeTrailer(page);
  if (trailer === undefined) throw new Error(`${basename(path)} has a bad trailer: its end is lost (-535)`);
  const [wanted, found] = [header.currentFullBackup?.mark, trailer.backup.mark];
  const fits =
    JSON.stringify([header.databaseSignature, header.logSignature, wanted]) ===
    JSON.stringify([trailer.databaseSignature, trailer.logSignature, found]);
  if (!fits || trailer.backup.genHigh === 0) {
    throw new Error(`the trailer of ${basename(path)} doesn't fit its header (-552)`);
  }
  return trailer.backup.genHigh;
}

async function readPage(file: FileHandle, offset: number, sizeBytes: number): Promise<Buffer> {
  const page = Buffer.alloc(sizeBytes);
  await file.read(page, 0, sizeBytes, offset);
  return page;
}
