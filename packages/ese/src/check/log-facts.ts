import { type EngineTime, readEngineTime, readRawSignature, sealText } from './raw-fact.ts';

/** A database that was in use when a log was created. */
export interface AttachedDatabase {
  /** 56 hexadecimal digits. */
  readonly signature: string;
  readonly path: string;
}

/** What a log's header says. */
export interface LogHeaderFacts {
  readonly generation: number;
  /** Such as `8.4000.60.140`. */
  readonly version: string;
  readonly created: EngineTime | undefined;
  /** When the log before was created; undefined in the first log of a stream. */
  readonly previousCreated: EngineTime | undefined;
  readonly logSignature: string;
  /** Of the databases, in bytes. */
  readonly databasePageSize: number;
  /** Empty in the log in which the database was created. */
  readonly attached: readonly AttachedDatabase[];
  /** XOR of the checksums of the previous log's segments, 16 hexadecimal digits; undefined when this log doesn't carry one. */
  readonly previousSeal: string | undefined;
}

/** Everything that a checked log says of itself. */
export interface LogFacts extends LogHeaderFacts {
  /** What the next log has as `previousSeal`; undefined when a segment is bad or the segments weren't checked. */
  readonly seal: string | undefined;
}

const ATTACH_LIST = { offset: 671, sizeBytes: 2048 } as const;
const ENTRY_BYTES = 64;
const UNICODE_NAMES = 0x20;
/** From this minor update on a log seals the one before it. */
const FIRST_SEALING_UPDATE = 13;

/** Reads a log's first 4096 bytes. The checksum isn't looked at. */
export function readLogHeaderFacts(header: DataView): LogHeaderFacts {
  const version = [32, 36, 40, 648].map((offset) => header.getUint32(offset, true));
  const previousCreated = readEngineTime(header, 24);
  const seal = header.getBigUint64(653, true);
  const sealsPrevious = header.getUint32(648, true) >= FIRST_SEALING_UPDATE;
  return {
    generation: header.getUint32(4, true),
    version: version.join('.'),
    created: readEngineTime(header, 16),
    previousCreated,
    logSignature: readRawSignature(header, 44),
    databasePageSize: header.getUint16(14, true) || 4096,
    attached: [...readAttachList(header)],
    previousSeal: sealsPrevious && (seal !== 0n || previousCreated !== undefined) ? sealText(seal) : undefined,
  };
}

function* readAttachList(header: DataView): Generator<AttachedDatabase> {
  const end = ATTACH_LIST.offset + ATTACH_LIST.sizeBytes;
  let at: number = ATTACH_LIST.offset;
  while (at + ENTRY_BYTES <= end && header.getUint8(at) !== 0) {
    const nameBytes = header.getUint16(at + 2, true);
    if (at + ENTRY_BYTES + nameBytes > end) return;
    const encoding = (header.getUint8(at + 1) & UNICODE_NAMES) === 0 ? 'latin1' : 'utf16le';
    const names = Buffer.from(header.buffer, header.byteOffset + at + ENTRY_BYTES, nameBytes).toString(encoding);
    yield { signature: readRawSignature(header, at + 36), path: names.split('\0', 1).join('') };
    at += ENTRY_BYTES + nameBytes;
  }
}
