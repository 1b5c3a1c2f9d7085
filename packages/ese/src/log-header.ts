import { sealHeader } from './header-checksum.ts';
import { type LogPosition, readLogPosition, writeLogPosition } from './log-position.ts';
import { readLogTime, writeLogTime } from './log-time.ts';
import { readSignature, type Signature, writeSignature } from './signature.ts';

/** Size of the header, of a segment, and of a sector. */
export const LOG_SEGMENT_BYTES = 4096;

export interface LogHeader {
  readonly generation: number;
  readonly sectorCount: number;
  readonly databasePageSize: number;
  readonly createdAt: Date;
  /** Absent in the first log of a stream. */
  readonly previousCreatedAt?: Date | undefined;
  /** XOR of the checksums of the previous log's segments; 0 in the first log of a stream. */
  readonly previousSeal: bigint;
  readonly logSignature: Signature;
  /** Where recovery would have begun when this log was created. */
  readonly checkpoint: LogPosition;
  /** The database in use when this log was created; absent when it was created later. */
  readonly attached?: { readonly signature: Signature; readonly path: string } | undefined;
}

const LOG_FILE = 3;
/** 8.4000.60.140: Windows Server 2022. */
const VERSION = [8, 4000, 60] as const;
const VERSION_MINOR = 140;
const ATTACH_AT = 671;
const UNICODE_NAMES = 0x20;

/** A log file's first 4096 bytes, checksum included. */
export function encodeLogHeader(header: LogHeader): Uint8Array {
  const bytes = new Uint8Array(LOG_SEGMENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, header.generation, true);
  view.setUint16(8, LOG_SEGMENT_BYTES, true);
  view.setUint16(10, 1, true);
  view.setUint16(12, header.sectorCount, true);
  view.setUint16(14, header.databasePageSize, true);
  writeLogTime(view, 16, header.createdAt);
  if (header.previousCreatedAt !== undefined) writeLogTime(view, 24, header.previousCreatedAt);
  for (const [index, part] of VERSION.entries()) view.setUint32(32 + index * 4, part, true);
  writeSignature(view, 44, header.logSignature);
  writeLogPosition(view, 640, header.checkpoint);
  view.setUint32(648, VERSION_MINOR, true);
  view.setBigUint64(653, header.previousSeal, true);
  view.setUint8(667, LOG_FILE);
  if (header.attached !== undefined) writeAttached(bytes, header.attached);
  sealHeader(bytes);
  return bytes;
}

/** What a log header says; undefined when it isn't one. Checksum and attached database aren't looked at. */
export function decodeLogHeader(bytes: Uint8Array): LogHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const createdAt = readLogTime(view, 16);
  const logSignature = readSignature(view, 44);
  if (view.getUint8(667) !== LOG_FILE || createdAt === undefined || logSignature === undefined) return undefined;
  return {
    generation: view.getUint32(4, true),
    sectorCount: view.getUint16(12, true),
    databasePageSize: view.getUint16(14, true) || 4096,
    createdAt,
    previousCreatedAt: readLogTime(view, 24),
    previousSeal: view.getBigUint64(653, true),
    logSignature,
    checkpoint: readLogPosition(view, 640),
  };
}

function writeAttached(bytes: Uint8Array, attached: NonNullable<LogHeader['attached']>): void {
  const view = new DataView(bytes.buffer);
  const name = Buffer.from(`${attached.path}\0`, 'utf16le');
  view.setUint8(ATTACH_AT, 1);
  view.setUint8(ATTACH_AT + 1, UNICODE_NAMES);
  view.setUint16(ATTACH_AT + 2, name.length, true);
  writeSignature(view, ATTACH_AT + 36, attached.signature);
  bytes.set(name, ATTACH_AT + 64);
}
