import {
  type BackupInfo,
  type DatabaseHeader,
  encodeDatabaseHeader,
  encodeLogHeader,
  encodeTrailer,
  fillLog,
  LOG_SEGMENT_BYTES,
  logFileName,
  type Signature,
  synthesizePage,
} from '@adcs-backup/ese';

/** Small databases and logs that pass every check, as a CA would hand them out. */

const PAGE = 4096;
const BLOCK = 65_536;
const createdAt = new Date('2026-01-05T08:00:00.123Z');

export interface DatabaseShape {
  /** One for each block of 64 KiB: another one is another content; 0 is a block of zeros, pages never used. */
  readonly seeds: readonly number[];
  /** Lowest and highest log that the copy needs; default 1 and 2. */
  readonly genLow?: number;
  readonly genHigh?: number;
  /** Log that was current when the backup began. Default far ahead, so that one copy can be handed out again and again. */
  readonly markGeneration?: number;
  /** Mark of the last full backup that the CA remembers. */
  readonly previousMarkGeneration?: number;
  /** Another one is another database. */
  readonly signature?: number;
  /** Another one is another log stream. */
  readonly logSignature?: number;
  /** Tells logs of one generation apart: see {@link LogShape.history}. */
  readonly history?: number;
}

/** A streaming copy as long as its blocks: the headers are in the first, the trailer at the end of the last. */
export function validDatabase(shape: DatabaseShape): Buffer {
  const { seeds, genLow = 1, genHigh = 2, markGeneration = 1000 } = shape;
  const file = Buffer.alloc(seeds.length * BLOCK);
  const backup = { mark: { generation: markGeneration, sector: 1, byte: 0 }, markedAt: createdAt, genLow, genHigh };
  const header = headerOf(shape, backup);
  for (let at = 0; at < file.length; at += PAGE) {
    const seed = seeds[Math.floor(at / BLOCK)] ?? 0;
    const page = file.subarray(at, at + PAGE);
    if (seed !== 0) synthesizePage(page, { number: at / PAGE - 1, pageSize: PAGE, seed, version: 0, dbTime: 1 });
  }
  for (const copy of [0, 1]) file.set(encodeDatabaseHeader(header), copy * PAGE);
  file.set(encodeTrailer({ ...header, backup }, PAGE), file.length - PAGE);
  return file;
}

function headerOf(shape: DatabaseShape, backup: BackupInfo): DatabaseHeader {
  const { previousMarkGeneration, signature = 88, logSignature = 77, genLow = 1, genHigh = 2, history = 0 } = shape;
  const previous = { ...backup, mark: { generation: previousMarkGeneration ?? 0, sector: 1, byte: 0 } };
  return {
    pageSize: PAGE,
    dbTime: 1000,
    databaseSignature: signatureOf(signature),
    logSignature: signatureOf(logSignature),
    attachedAt: createdAt,
    requiredLogs: {
      minRequired: genLow,
      maxRequired: genHigh,
      maxRequiredCreatedAt: creationOf(genHigh, history),
      maxCommitted: genHigh,
      maxCommittedCreatedAt: creationOf(genHigh, history),
    },
    currentFullBackup: { ...backup, genHigh: 0 },
    ...(previousMarkGeneration === undefined ? {} : { previousFullBackup: previous }),
  };
}

export interface LogShape {
  readonly first?: number;
  readonly last?: number;
  readonly logSignature?: number;
  /** Logs of another history have other creation times and contents, from this generation on; default from none. */
  readonly history?: number;
  readonly forkAt?: number;
  /** Length in sectors of 4 KiB; default 16, one block. */
  readonly sectors?: number;
}

/** Logs of one stream by name, each fitting the one before; a log is the same whichever range it is made in. */
export function validLogs({ first = 1, last = 2, ...shape }: LogShape = {}): Record<string, Buffer> {
  const logs: Record<string, Buffer> = {};
  let previousSeal = 0n;
  for (let generation = 1; generation <= last; generation += 1) {
    const { bytes, seal } = logOf(generation, previousSeal, shape);
    previousSeal = seal;
    if (generation >= first) logs[logFileName(generation)] = bytes;
  }
  return logs;
}

function logOf(generation: number, previousSeal: bigint, shape: LogShape) {
  const { logSignature = 77, sectors = 16 } = shape;
  const header = {
    generation,
    databasePageSize: PAGE,
    createdAt: creationOf(generation, historyAt(generation, shape)),
    previousSeal,
    logSignature: signatureOf(logSignature),
    checkpoint: { generation: 1, sector: 1, byte: 0 },
    attached: [],
    ...(generation === 1 ? {} : { previousCreatedAt: creationOf(generation - 1, historyAt(generation - 1, shape)) }),
  };
  const bytes = Buffer.alloc(sectors * LOG_SEGMENT_BYTES);
  bytes.set(encodeLogHeader({ ...header, sectorCount: sectors }));
  const seed = 1 + historyAt(generation, shape);
  return { bytes, seal: fillLog(bytes, { header, seed, segmentCount: sectors - 3 }) };
}

function historyAt(generation: number, { history = 0, forkAt = 1 }: LogShape): number {
  return generation >= forkAt ? history : 0;
}

function creationOf(generation: number, history: number): Date {
  return new Date(createdAt.getTime() + generation * 60_000 + history * 1000);
}

function signatureOf(random: number): Signature {
  return { random, createdAt };
}
