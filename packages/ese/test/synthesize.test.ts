import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type BackupInfo,
  checkPage,
  type DatabaseHeader,
  decodeDatabaseHeader,
  decodeLogHeader,
  decodeTrailer,
  encodeLogHeader,
  isHeaderValid,
  isSegmentValid,
  LOG_BYTES,
  logContent,
  MAX_SEGMENTS,
  SEGMENT_CONTENT_BYTES,
  segmentContent,
  synthesizeDatabase,
  synthesizeLog,
  synthesizeLogStream,
  writeSegment,
} from '../src/index.ts';

const createdAt = new Date('2026-01-05T08:00:00.123Z');
const logSignature = { random: 77, createdAt };
const backup: BackupInfo = { mark: { generation: 5, sector: 9, byte: 0 }, markedAt: createdAt, genLow: 3, genHigh: 5 };

function headerFor(pageSize: number): DatabaseHeader {
  return {
    pageSize,
    dbTime: 2 ** 33,
    databaseSignature: { random: 0xffffffff, createdAt },
    logSignature,
    attachedAt: createdAt,
    requiredLogs: {
      minRequired: 3,
      maxRequired: 5,
      maxRequiredCreatedAt: createdAt,
      maxCommitted: 5,
      maxCommittedCreatedAt: createdAt,
    },
  };
}

function database(sizeBytes: number, seed: number, pageSize = 4096): Buffer {
  const shape = { sizeBytes, seed, header: headerFor(pageSize) };
  return Buffer.concat(copies(synthesizeDatabase(shape)));
}

/** A chunk is only valid until the next one. */
function copies(chunks: Iterable<Uint8Array>): Uint8Array[] {
  return Array.from(chunks, (chunk) => chunk.slice());
}

function conditions(file: Buffer, pageSize: number): Record<string, number> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found = { zero: 0, valid: 0, bad: 0 };
  for (let offset = 2 * pageSize; offset < file.length; offset += pageSize) {
    found[checkPage(view, { offset, number: offset / pageSize - 1 }, pageSize)] += 1;
  }
  return found;
}

describe('synthesized database', () => {
  it.each([4096, 8192, 16384, 32768])('has valid headers and pages of %i bytes', (pageSize) => {
    const file = database(1024 * 1024 + 3 * pageSize, 1, pageSize);
    expect(file.length).toBe(1024 * 1024 + 3 * pageSize);
    expect(isHeaderValid(file.subarray(0, pageSize))).toBe(true);
    expect(file.subarray(0, pageSize).equals(file.subarray(pageSize, 2 * pageSize))).toBe(true);
    expect(decodeDatabaseHeader(file)).toEqual({ ...headerFor(pageSize), databaseId: 1 });
    expect(conditions(file, pageSize)).toEqual({ zero: 8, valid: file.length / pageSize - 10, bad: 0 });
  });

  it('is the same for the same seed only', () => {
    expect(database(300_000, 1).equals(database(300_000, 1))).toBe(true);
    expect(database(300_000, 1).equals(database(300_000, 2))).toBe(false);
  });

  it('halves under a fast compressor, and no two pages in use are the same', () => {
    const file = database(2 * 1024 * 1024, 5);
    const ratio = zstdCompressSync(file).length / file.length;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.65);
    const used = file.subarray(8192, file.length - 8 * 4096);
    const bodies = new Set<string>();
    for (let at = 0; at < used.length; at += 4096) bodies.add(used.toString('latin1', at + 40, at + 4096));
    expect(bodies.size).toBe(used.length / 4096);
  });

  it('gets the marks of a streaming copy when asked for one', () => {
    const shape = { sizeBytes: 100 * 4096, seed: 1, header: headerFor(4096), backup };
    const file = Buffer.concat(copies(synthesizeDatabase(shape)));
    expect(file.length).toBe(101 * 4096);
    expect(decodeDatabaseHeader(file)?.currentFullBackup).toEqual({ ...backup, genHigh: 0 });
    const { databaseSignature } = headerFor(4096);
    expect(decodeTrailer(file.subarray(100 * 4096))).toEqual({ backup, databaseSignature, logSignature });
    expect(decodeTrailer(file.subarray(99 * 4096, 100 * 4096))).toBeUndefined();
  });
});

describe('a segment', () => {
  const header = { generation: 9, createdAt, databasePageSize: 4096, previousSeal: 0n, logSignature, attached: [] };
  const log = () => synthesizeLog({ header: { ...header, checkpoint: backup.mark }, seed: 1, segmentCount: 2 });

  it('can be added to a log, with records at its beginning', () => {
    const { bytes, seal } = log();
    expect(logContent(bytes)).toEqual({ segmentCount: 2, seal });
    const records = Buffer.from('what was changed');
    const added = writeSegment(bytes, { generation: 9, sector: 3, writtenAt: new Date(), seed: 1, records });
    expect(logContent(bytes)).toEqual({ segmentCount: 3, seal: seal ^ added });
    const content = segmentContent(bytes, 3);
    expect(content).toHaveLength(SEGMENT_CONTENT_BYTES);
    expect(content.subarray(0, records.length)).toEqual(new Uint8Array(records));
    expect(content.at(-1)).not.toBe(0);
  });

  it('has no room for more than its content', () => {
    const records = new Uint8Array(SEGMENT_CONTENT_BYTES + 1);
    const segment = { generation: 9, sector: 3, writtenAt: createdAt, seed: 1, records };
    expect(() => writeSegment(log().bytes, segment)).toThrow('the records are larger than a segment');
  });

  it.each([
    ['damaged', (bytes: Uint8Array) => bytes.fill(7, 2 * 4096 + 500, 2 * 4096 + 510)],
    [
      "another log's",
      (bytes: Uint8Array) => writeSegment(bytes, { generation: 8, sector: 2, writtenAt: createdAt, seed: 1 }),
    ],
  ])('counts as empty when it is %s', (_what, change) => {
    const { bytes } = log();
    change(bytes);
    expect(logContent(bytes).segmentCount).toBe(1);
  });

  it('can fill a log to its last one but one', () => {
    const { bytes, seal } = synthesizeLog({ header: { ...header, checkpoint: backup.mark }, seed: 1 });
    expect(logContent(bytes)).toEqual({ segmentCount: MAX_SEGMENTS, seal });
  });
});

describe('synthesized log stream', () => {
  const attached = [
    { signature: { random: 3, createdAt }, path: 'C:\\Windows\\System32\\CertLog\\Demo.edb' },
    { signature: { random: 4, createdAt }, path: 'C:\\Windows\\System32\\CertLog\\Other.edb' },
  ];
  const logs = [
    ...synthesizeLogStream({
      seed: 9,
      firstGeneration: 0xffffe,
      count: 3,
      firstCreatedAt: createdAt,
      logSignature,
      databasePageSize: 4096,
      attached,
    }),
  ];

  it('names logs by generation, in eight digits where five do not suffice', () => {
    expect(logs.map((log) => log.name)).toEqual(['edbFFFFE.log', 'edbFFFFF.log', 'edb00100000.log']);
  });

  it('names the databases in every log but the one in which they were created', () => {
    expect(logs.map(({ bytes }) => decodeLogHeader(bytes)?.attached)).toEqual([[], attached, attached]);
  });

  it('has no room for too many databases, and reads no list further than it can be', () => {
    const [, log] = logs;
    const header = log === undefined ? undefined : decodeLogHeader(log.bytes);
    if (header === undefined) throw new Error('the log has no header');
    const path = `C:\\${'x'.repeat(400)}.edb`;
    const many = [1, 2, 3].map((random) => ({ signature: { random, createdAt }, path }));
    expect(() => encodeLogHeader({ ...header, attached: many })).toThrow(`no room to attach ${path}`);
    const bytes = encodeLogHeader({ ...header, attached: many.slice(0, 2) });
    expect(decodeLogHeader(bytes)?.attached).toHaveLength(2);
    new DataView(bytes.buffer).setUint16(671 + 2, 0xffff, true);
    expect(decodeLogHeader(bytes)?.attached).toEqual([]);
  });

  it('has valid headers and segments in files of the announced size', () => {
    for (const { bytes } of logs) {
      expect(bytes.length).toBe(LOG_BYTES);
      expect(isHeaderValid(bytes.subarray(0, 4096))).toBe(true);
      expect((decodeLogHeader(bytes)?.sectorCount ?? 0) * 4096).toBe(LOG_BYTES);
      const view = new DataView(bytes.buffer);
      for (let sector = 1; sector < 255; sector += 1) expect(isSegmentValid(view, sector)).toBe(true);
      expect(bytes.subarray(255 * 4096).every((byte) => byte === 0)).toBe(true);
    }
  });

  it('chains each log to the one before', () => {
    for (const [index, log] of logs.entries()) {
      const header = decodeLogHeader(log.bytes);
      expect(header?.generation).toBe(0xffffe + index);
      expect(header?.logSignature).toEqual(logSignature);
      expect(header?.previousCreatedAt).toEqual(logs[index - 1]?.createdAt);
      expect(header?.previousSeal).toBe(logs[index - 1]?.seal ?? 0n);
      const view = new DataView(log.bytes.buffer);
      let seal = 0n;
      for (let sector = 1; sector < 255; sector += 1) seal ^= view.getBigUint64(sector * 4096, true);
      expect(log.seal).toBe(seal);
    }
  });
});
