import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type DatabaseHeader, decodeDatabaseHeader } from '@adcs-backup/ese';

/** A CA, or whatever else has databases. */
export interface HasDatabases {
  readonly databasePaths: readonly string[];
}

/** What a database file is made of: two header pages, pages, and in an untouched streaming copy a trailer. */
export interface DatabaseExtent {
  readonly header: DatabaseHeader;
  /** Of the file without its trailer, headers included. */
  readonly sizeBytes: number;
  readonly hasTrailer: boolean;
}

/**
 * SHA-256 in hex over all pages, without headers and trailer: the same for a database and for a copy of
 * it from which everything was recovered. Several databases count in their order.
 */
export async function stateDigest(of: string | readonly string[] | HasDatabases): Promise<string> {
  const paths = typeof of === 'string' ? [of] : 'databasePaths' in of ? of.databasePaths : of;
  const hash = createHash('sha256');
  for (const path of paths) await addPages(hash, path);
  return hash.digest('hex');
}

/** @throws when the file is not an ESE database */
export async function databaseExtent(path: string): Promise<DatabaseExtent> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(4096);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const header = bytesRead < start.length ? undefined : decodeDatabaseHeader(start);
    if (header === undefined) throw new Error(`${path} is not an ESE database`);
    const hasTrailer = header.currentFullBackup?.genHigh === 0;
    const { size } = await file.stat();
    return { header, hasTrailer, sizeBytes: hasTrailer ? size - header.pageSize : size };
  } finally {
    await file.close();
  }
}

async function addPages(hash: Hash, path: string): Promise<void> {
  const { header, sizeBytes } = await databaseExtent(path);
  const [start, end] = [2 * header.pageSize, sizeBytes - 1];
  if (end < start) return;
  for await (const chunk of createReadStream(path, { start, end, highWaterMark: 2 ** 20 })) hash.update(chunk);
}
