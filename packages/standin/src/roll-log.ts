/** Closing the current log, and what the engine does then. All of it under the CA's lock. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type LogHeader, logFileName, logGeneration, synthesizeLog } from '@adcs-backup/ese';
import { type CaFiles, isSessionOpen } from './ca-files.ts';
import { checkpointGeneration } from './checkpoint.ts';
import { CurrentLog } from './current-log.ts';
import { attachedPath } from './database-of.ts';
import { readDatabaseHeader, requireLogs } from './header-pages.ts';
import type { CaLayout } from './layout.ts';
import { encodeRecords, RECORDS_PER_SEGMENT, type RedoRecord } from './redo-record.ts';

/** Writes records to the current log, and to those that follow where it has no room. */
export function appendRecords(ca: CaFiles, records: readonly RedoRecord[], seed: number): void {
  let log = new CurrentLog(ca.layout.currentLog);
  for (let at = 0; at < records.length; at += RECORDS_PER_SEGMENT) {
    if (log.isFull) {
      log.save();
      rollLog(ca);
      log = new CurrentLog(ca.layout.currentLog);
    }
    log.append(seed, encodeRecords(records.slice(at, at + RECORDS_PER_SEGMENT)));
  }
  log.save();
}

/** Closes the current log as it is, under its number, and begins the next one; all headers follow. */
export function rollLog(ca: CaFiles): void {
  const { layout } = ca;
  const log = new CurrentLog(layout.currentLog);
  beginLogAfter(ca, log, () => {
    renameSync(layout.currentLog, join(layout.logFolder, logFileName(log.header.generation)));
  });
  // While a backup goes on the engine keeps what it may have listed.
  if (ca.circularLogging && !isSessionOpen(layout)) deleteLogsBelow(layout, checkpointGeneration(layout));
}

/** What the next log has to fit. */
export interface PreviousLog {
  readonly header: LogHeader;
  readonly seal: bigint;
}

/** Begins the current log behind this one, which is put out of the way when all is prepared. */
export function beginLogAfter(ca: CaFiles, { header: previous, seal }: PreviousLog, putAway?: () => void): LogHeader {
  const { layout, databases, seed } = ca;
  const header = {
    ...previous,
    generation: previous.generation + 1,
    createdAt: nextLogTime(layout),
    previousCreatedAt: previous.createdAt,
    previousSeal: seal,
    attached: databases.map(({ path }) => {
      return { signature: readDatabaseHeader(path).databaseSignature, path: attachedPath(basename(path)) };
    }),
  };
  const beingPrepared = join(layout.logFolder, 'edbtmp.log');
  writeFileSync(beingPrepared, synthesizeLog({ header, seed, segmentCount: 1 }).bytes);
  putAway?.();
  renameSync(beingPrepared, layout.currentLog);
  for (const { path } of databases) requireLogs(path, header);
  return header;
}

/** Oldest first. */
export function deleteLogsBelow({ logFolder }: CaLayout, generation: number): void {
  const doomed = readdirSync(logFolder).filter((name) => (logGeneration(name) ?? generation) < generation);
  const ordered = doomed.toSorted((one, other) => (logGeneration(one) ?? 0) - (logGeneration(other) ?? 0));
  for (const name of ordered) rmSync(join(logFolder, name));
}

/** When a log is created: now, but never when another log was, not even one that a reverted CA had. */
function nextLogTime({ clock }: CaLayout): Date {
  const time = Math.max(Date.now(), Number(readFileSync(clock, 'utf8')) + 1);
  writeFileSync(clock, `${time}\n`);
  return new Date(time);
}
