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
  /** The databases in use when this log was created; empty in the log in which they were created. */
  readonly attached: readonly AttachedEntry[];
}

/** An entry of a log's attach list. The first one is database 1, and so on. */
export interface AttachedEntry {
  readonly signature: Signature;
  readonly path: string;
}

const LOG_FILE = 3;
/** 8.4000.60.140: Windows Server 2022. */
const VERSION = [8, 4000, 60] as const;
const VERSION_MINOR = 140;
const ATTACH_LIST = { offset: 671, sizeBytes: 2048 } as const;
const ENTRY_BYTES = 64;
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
  writeAttachList(bytes, header.attached);
  sealHeader(bytes);
  return bytes;
}

/** What a log header says; undefined when it isn't one. The checksum isn't looked at. */
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
    attached: [...readAttachList(view)],
  };
}

/** @throws when the databases have more or longer names than a log has room for */
function writeAttachList(bytes: Uint8Array, attached: LogHeader['attached']): void {
  const view = new DataView(bytes.buffer);
  let at: number = ATTACH_LIST.offset;
  for (const [index, { signature, path }] of attached.entries()) {
    const name = Buffer.from(`${path}\0`, 'utf16le');
    const end = at + ENTRY_BYTES + name.length;
    if (end > ATTACH_LIST.offset + ATTACH_LIST.sizeBytes) throw new RangeError(`no room to attach ${path}`);
    view.setUint8(at, index + 1);
    view.setUint8(at + 1, UNICODE_NAMES);
    view.setUint16(at + 2, name.length, true);
    writeSignature(view, at + 36, signature);
    bytes.set(name, at + ENTRY_BYTES);
    at = end;
  }
}

/** Entries as {@link writeAttachList} makes them; at one that can't be, the list ends. */
function* readAttachList(view: DataView): Generator<AttachedEntry> {
  let at: number = ATTACH_LIST.offset;
  while (view.getUint8(at) !== 0) {
    const nameBytes = view.getUint16(at + 2, true);
    const signature = readSignature(view, at + 36);
    const end = at + ENTRY_BYTES + nameBytes;
    if (signature === undefined || end > ATTACH_LIST.offset + ATTACH_LIST.sizeBytes) return;
    const name = Buffer.from(view.buffer, view.byteOffset + at + ENTRY_BYTES, nameBytes).toString('utf16le');
    yield { signature, path: name.split('\0', 1).join('') };
    at = end;
  }
}
