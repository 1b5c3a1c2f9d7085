import {
  type BackupInfo,
  DatabaseChecker,
  type DatabaseCheckOptions,
  type DatabaseCheckResult,
  type DatabaseHeader,
  encodeLogHeader,
  fillLog,
  LOG_SEGMENT_BYTES,
  LogChecker,
  type LogCheckOptions,
  type LogCheckResult,
  type LogHeader,
  type Signature,
  synthesizeDatabase,
} from '../../src/index.ts';

export const createdAt: Date = new Date('2026-01-05T08:00:00.123Z');
export const logSignature: Signature = { random: 77, createdAt };
export const databaseSignature: Signature = { random: 88, createdAt };
export const backup: BackupInfo = {
  mark: { generation: 5, sector: 9, byte: 0 },
  markedAt: createdAt,
  genLow: 3,
  genHigh: 5,
};

export function headerOf(pageSize: number): DatabaseHeader {
  return {
    pageSize,
    dbTime: 1000,
    databaseSignature,
    logSignature,
    attachedAt: createdAt,
    requiredLogs: {
      minRequired: 3,
      maxRequired: 4,
      maxRequiredCreatedAt: new Date(createdAt.getTime() + 4),
      maxCommitted: 5,
      maxCommittedCreatedAt: new Date(createdAt.getTime() + 5),
    },
  };
}

interface MadeDatabase {
  readonly pageSize?: number;
  readonly filePages?: number;
  readonly header?: DatabaseHeader;
}

interface MadeLog {
  readonly sectorCount?: number;
  readonly segmentCount?: number;
  readonly header?: Omit<LogHeader, 'sectorCount'>;
}

/** A database of 16 pages of the file unless told otherwise; the last 8 pages were never used. */
export function madeDatabase({
  pageSize = 4096,
  filePages = 16,
  header = headerOf(pageSize),
}: MadeDatabase = {}): Buffer {
  return joined(synthesizeDatabase({ sizeBytes: filePages * pageSize, seed: 3, header }));
}

/** The same with a trailer after it. */
export function madeStreamingCopy({ pageSize = 4096, filePages = 16 }: Omit<MadeDatabase, 'header'> = {}): Buffer {
  const shape = { sizeBytes: filePages * pageSize, seed: 3, header: headerOf(pageSize), backup };
  return joined(synthesizeDatabase(shape));
}

/** A chunk is only valid until the next one. */
export function joined(chunks: Iterable<Uint8Array>): Buffer {
  return Buffer.concat(Array.from(chunks, (chunk) => chunk.slice()));
}

export function logHeaderOf(generation = 7): Omit<LogHeader, 'sectorCount'> {
  return {
    generation,
    databasePageSize: 4096,
    createdAt,
    previousCreatedAt: new Date(createdAt.getTime() - 1),
    previousSeal: 0x1234567890n,
    logSignature,
    checkpoint: { generation: 3, sector: 1, byte: 0 },
    attached: [{ signature: databaseSignature, path: 'C:\\CertLog\\Demo.edb' }],
  };
}

/** A log of 64 KiB with segments 1 to 10 in use, 11 to 14 empty, unless told otherwise. */
export function madeLog({ sectorCount = 16, segmentCount = 10, header = logHeaderOf() }: MadeLog = {}): Buffer {
  const bytes = Buffer.alloc(sectorCount * LOG_SEGMENT_BYTES);
  bytes.set(encodeLogHeader({ ...header, sectorCount }));
  fillLog(bytes, { header, seed: 4, segmentCount });
  return bytes;
}

export function checkDatabase(file: Uint8Array, options: Partial<DatabaseCheckOptions> = {}): DatabaseCheckResult {
  const checker = new DatabaseChecker({ expected: 'database', ...options });
  checker.feed(file);
  return checker.end();
}

export function checkLog(file: Uint8Array, options: LogCheckOptions = {}): LogCheckResult {
  const checker = new LogChecker(options);
  checker.feed(file);
  return checker.end();
}

/** Turns a bit of the page, or segment, at `offset`. */
export function flipBit(file: Uint8Array, offset: number, bit: number): void {
  const at = offset + (bit >>> 3);
  file[at] = (file[at] ?? 0) ^ (1 << (bit & 7));
}

/** What was found and where, in short: `kind number`, or `kind @offset` where no page or segment is at fault. */
export function summary(result: DatabaseCheckResult | LogCheckResult): string[] {
  return result.findings.map(({ kind, number, offset }) => `${kind} ${number ?? `@${offset}`}`);
}
