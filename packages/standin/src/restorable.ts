/** Whether a database can be restored with logs, by the rules of the engine: it throws at the first that is broken. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  decodeLogHeader,
  isHeaderValid,
  LOG_SEGMENT_BYTES,
  type LogHeader,
  logContent,
  logGeneration,
} from '@adcs-backup/ese';
import type { SoundDatabase } from './sound-database.ts';

/** A log that is whole. */
export interface SoundLog {
  readonly path: string;
  readonly header: LogHeader;
  readonly seal: bigint;
  readonly segmentCount: number;
}

/** Reads each log; resolves in the order of their generations. @throws when one is damaged, missing, or of another stream */
export async function soundLogs(paths: readonly string[]): Promise<readonly SoundLog[]> {
  const logs: SoundLog[] = [];
  for (const path of paths) logs.push(await soundLog(path));
  logs.sort((one, other) => one.header.generation - other.header.generation);
  for (const [index, log] of logs.entries()) {
    const previous = logs[index - 1];
    if (previous !== undefined) checkFollows(previous, log);
  }
  return logs;
}

/** Returns the last log that there is. @throws when the database can't be recovered with these logs */
export function checkFit(database: SoundDatabase, logs: readonly SoundLog[]): SoundLog {
  const { header, lowestNeeded, highestNeeded, path } = database;
  for (const log of logs) checkBelongs(log, header);
  const [lowest, highest] = [logs[0], logs.at(-1)];
  const needs = `${basename(path)} needs logs ${lowestNeeded} to ${highestNeeded}, but log`;
  if (lowest === undefined || lowest.header.generation > lowestNeeded) {
    throw new Error(`${needs} ${lowestNeeded} is missing (-554)`);
  }
  if (highest === undefined || highest.header.generation < highestNeeded) {
    throw new Error(`${needs} ${highestNeeded} is missing (-553)`);
  }
  return highest;
}

async function soundLog(path: string): Promise<SoundLog> {
  const name = basename(path);
  const bytes = new Uint8Array(await readFile(path));
  const isWhole = bytes.length >= 2 * LOG_SEGMENT_BYTES && isHeaderValid(bytes.subarray(0, LOG_SEGMENT_BYTES));
  const header = isWhole ? decodeLogHeader(bytes) : undefined;
  if (header === undefined) throw new Error(`${name} has a damaged header (-501)`);
  if (header.sectorCount * LOG_SEGMENT_BYTES !== bytes.length)
    throw new Error(`${name} has not the size it says (-541)`);
  if (header.generation !== logGeneration(name))
    throw new Error(`${name} is of generation ${header.generation} (-515)`);
  const { segmentCount, seal } = logContent(bytes);
  const isRestEmpty = bytes.subarray((segmentCount + 1) * LOG_SEGMENT_BYTES).every((byte) => byte === 0);
  if (!isRestEmpty) throw new Error(`${name} is damaged at segment ${segmentCount + 1} (-501)`);
  return { path, header, seal, segmentCount };
}

function checkFollows({ header: previous, seal }: SoundLog, { header, path }: SoundLog): void {
  const name = basename(path);
  if (!isSameSignature(previous.logSignature, header.logSignature)) {
    throw new Error(`${name} is of another stream (-530)`);
  }
  if (header.generation !== previous.generation + 1) {
    throw new Error(`a log is missing between generations ${previous.generation} and ${header.generation} (-528)`);
  }
  if (header.previousCreatedAt?.getTime() !== previous.createdAt.getTime()) {
    throw new Error(`${name} follows another log of generation ${previous.generation} (-515)`);
  }
  if (header.previousSeal !== seal) throw new Error(`${name} seals other segments than those before it (-590)`);
}

function checkBelongs({ header: log, path }: SoundLog, database: SoundDatabase['header']): void {
  const name = basename(path);
  if (!isSameSignature(log.logSignature, database.logSignature)) throw new Error(`${name} is of another stream (-530)`);
  if (log.databasePageSize !== database.pageSize) throw new Error(`${name} is for pages of another size (-1213)`);
  const isNamed = log.attached.some(({ signature }) => isSameSignature(signature, database.databaseSignature));
  if (log.attached.length > 0 && !isNamed) throw new Error(`${name} is of another database (-1206)`);
  const { maxRequired, maxRequiredCreatedAt, maxCommitted, maxCommittedCreatedAt } = database.requiredLogs;
  const isOther = (generation: number, createdAt: Date): boolean => {
    return generation === log.generation && createdAt.getTime() !== log.createdAt.getTime();
  };
  if (isOther(maxRequired, maxRequiredCreatedAt) || isOther(maxCommitted, maxCommittedCreatedAt)) {
    throw new Error(`${name} is not the log that the database's header means (-530)`);
  }
}

function isSameSignature(one: LogHeader['logSignature'], other: LogHeader['logSignature']): boolean {
  return one.random === other.random && one.createdAt.getTime() === other.createdAt.getTime();
}
