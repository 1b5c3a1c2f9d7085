import { type FileHandle, open } from 'node:fs/promises';
import { synthesizePage } from '@adcs-backup/ese';
import { type CaDatabase, type CaFiles, nextVersion, readCaFiles } from './ca-files.ts';
import { withCaLock } from './ca-lock.ts';
import { moveCheckpoint } from './checkpoint.ts';
import { CurrentLog } from './current-log.ts';
import { readDatabaseHeader } from './header-pages.ts';
import type { CaLayout } from './layout.ts';
import type { RedoRecord } from './redo-record.ts';
import { appendRecords, rollLog } from './roll-log.ts';

export interface Issuance {
  /** Pages of each database that get other content, scattered over it. */
  readonly changedPages?: number;
  /** Pages added at the end of each database. */
  readonly appendedPages?: number;
  /**
   * Logs that are filled and closed; default 1. The changes are spread over them and the one that is
   * current in the end. More are closed when they have no room for what changed.
   */
  readonly logs?: number;
}

/** An open database, and what is to be written to it. */
interface Work {
  readonly file: FileHandle;
  readonly pageSize: number;
  readonly records: readonly RedoRecord[];
}

/**
 * Does to the files what a CA does that issues certificates. A backup may go on meanwhile, as pages
 * are written after what the log says of them; another issuance may not.
 */
export async function issueCertificates(layout: CaLayout, issuance: Issuance): Promise<void> {
  const { ca, version } = await withCaLock(layout, () => ({ ca: readCaFiles(layout), version: nextVersion(layout) }));
  const work: Work[] = [];
  try {
    for (const database of ca.databases) work.push(await openWork(ca, { ...database, version }, issuance));
    await writeAll(ca, work, { logs: issuance.logs ?? 1, seed: ca.seed + version });
  } finally {
    for (const { file } of work) await file.close();
  }
  await withCaLock(layout, () => moveCheckpoint(ca));
}

async function openWork(
  ca: CaFiles,
  { id, path, seed, version }: CaDatabase & { readonly version: number },
  issuance: Issuance,
): Promise<Work> {
  const header = await withCaLock(ca.layout, () => readDatabaseHeader(path));
  const file = await open(path, 'r+');
  const pageCount = Math.floor((await file.stat()).size / header.pageSize) - 2;
  const shape = { databaseId: id, seed, version, dbTime: header.dbTime + version };
  const records = pagesOf(pageCount, issuance).map((page) => ({ ...shape, page }));
  return { file, pageSize: header.pageSize, records };
}

/** Numbers of the pages to be written. */
function pagesOf(pageCount: number, { changedPages = 0, appendedPages = 0 }: Issuance): readonly number[] {
  const count = Math.min(changedPages, pageCount);
  const changed = Array.from({ length: count }, (_, index) => 1 + Math.floor((index * pageCount) / count));
  return [...changed, ...Array.from({ length: appendedPages }, (_, index) => pageCount + 1 + index)];
}

/** In as many steps as there are logs to write to: first the log, then the pages. */
async function writeAll(
  ca: CaFiles,
  work: readonly Work[],
  { logs, seed }: { readonly logs: number; readonly seed: number },
): Promise<void> {
  for (let step = 0; step <= logs; step += 1) {
    const parts = work.map((part) => {
      return { ...part, records: part.records.filter((_, index) => index % (logs + 1) === step) };
    });
    const records = parts.flatMap((part) => part.records);
    await withCaLock(ca.layout, () => appendRecords(ca, records, seed));
    for (const part of parts) await writePages(part);
    if (step < logs) await withCaLock(ca.layout, () => closeFilled(ca, seed));
  }
}

async function writePages({ file, pageSize, records }: Work): Promise<void> {
  const bytes = new Uint8Array(pageSize);
  for (const { page, ...shape } of records) {
    synthesizePage(bytes, { number: page, pageSize, ...shape });
    await file.write(bytes, 0, pageSize, (page + 1) * pageSize);
  }
}

function closeFilled(ca: CaFiles, seed: number): void {
  const log = new CurrentLog(ca.layout.currentLog);
  log.fill(seed);
  log.save();
  rollLog(ca);
}
