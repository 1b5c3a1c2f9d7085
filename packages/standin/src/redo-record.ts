/** What the stand-in's logs say of pages: a format of its own, in the segments of a log. */
import { SEGMENT_CONTENT_BYTES } from '@adcs-backup/ese';

/** One page as it was written: all that is needed to write it again. */
export interface RedoRecord {
  /** As in the database's header. */
  readonly databaseId: number;
  readonly page: number;
  readonly seed: number;
  readonly version: number;
  /** The page's own; a page with a higher one is newer. */
  readonly dbTime: number;
}

const MARK = Buffer.from('STANDIN REDO');
const HEAD_BYTES = 16;
const RECORD_BYTES = 24;

/** How many records a segment takes. */
export const RECORDS_PER_SEGMENT: number = Math.floor((SEGMENT_CONTENT_BYTES - HEAD_BYTES) / RECORD_BYTES);

/** The beginning of a segment: a mark, how many records, the records. */
export function encodeRecords(records: readonly RedoRecord[]): Uint8Array {
  const bytes = Buffer.alloc(HEAD_BYTES + records.length * RECORD_BYTES);
  MARK.copy(bytes);
  bytes.writeUInt32LE(records.length, MARK.length);
  for (const [index, { databaseId, page, seed, version, dbTime }] of records.entries()) {
    const at = HEAD_BYTES + index * RECORD_BYTES;
    for (const [field, value] of [databaseId, page, seed, version].entries()) {
      bytes.writeUInt32LE(value >>> 0, at + field * 4);
    }
    bytes.writeBigUInt64LE(BigInt(dbTime), at + 16);
  }
  return bytes;
}

/** The records of a segment; none when it holds something else. */
export function decodeRecords(content: Uint8Array): readonly RedoRecord[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return [];
  return Array.from({ length: bytes.readUInt32LE(MARK.length) }, (_, index) => {
    const at = HEAD_BYTES + index * RECORD_BYTES;
    return {
      databaseId: bytes.readUInt32LE(at),
      page: bytes.readUInt32LE(at + 4),
      seed: bytes.readUInt32LE(at + 8),
      version: bytes.readUInt32LE(at + 12),
      dbTime: Number(bytes.readBigUInt64LE(at + 16)),
    };
  });
}
