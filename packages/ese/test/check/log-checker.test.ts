import { describe, expect, it } from 'vitest';
import { LOG_SEGMENT_BYTES, LogChecker, sealHeader, synthesizeLogStream } from '../../src/index.ts';
import { sealSegment } from '../../src/log-segment.ts';
import {
  checkLog,
  createdAt,
  databaseSignature,
  flipBit,
  logHeaderOf,
  logSignature,
  madeLog,
  summary,
} from './made-files.ts';

const none = { zero: 0, current: 0, stale: 0, shadow: 0, newer: 0, bad: 0 };

function segmentOf(file: Buffer, sector: number): Buffer {
  return file.subarray(sector * LOG_SEGMENT_BYTES, (sector + 1) * LOG_SEGMENT_BYTES);
}

function withHeader(file: Buffer, change: (header: Buffer) => void): Buffer {
  const header = segmentOf(file, 0);
  change(header);
  sealHeader(header);
  return file;
}

/** Makes a good segment of another generation of what lies there. */
function resealed(file: Buffer, sector: number, generation: number): Buffer {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  sealSegment(view, { position: { generation, sector, byte: 0 }, writtenAt: createdAt });
  return file;
}

describe('check of a sound log', () => {
  it('passes it and tells what its header says', () => {
    const result = checkLog(madeLog(), { expectedGeneration: 7 });
    expect(result).toMatchObject({ intact: true, findings: [], sizeBytes: 65536 });
    expect(result.segments).toEqual({ ...none, current: 10, zero: 4 });
    expect(result.facts).toMatchObject({
      generation: 7,
      version: '8.4000.60.140',
      databasePageSize: 4096,
      previousSeal: '0000001234567890',
      attached: [{ signature: expect.stringMatching(/^58000000.{48}$/), path: 'C:\\CertLog\\Demo.edb' }],
    });
    expect(result.facts?.created?.at).toEqual(createdAt);
    expect(result.facts?.previousCreated?.at).toEqual(new Date(createdAt.getTime() - 1));
  });

  it('passes whole streams, each log with the seal that the next one carries', () => {
    const shape = { seed: 1, firstGeneration: 0xfffff, count: 3, firstCreatedAt: createdAt, logSignature };
    for (const log of synthesizeLogStream({ ...shape, databasePageSize: 4096, lastSegmentCount: 20, attached: [] })) {
      const result = checkLog(log.bytes, { expectedGeneration: log.generation });
      expect(result.findings).toEqual([]);
      expect(result.facts?.seal).toBe(log.seal.toString(16).padStart(16, '0'));
    }
  });

  it('takes no seal from logs that carry none', () => {
    const old = withHeader(madeLog(), (header) => header.writeUInt32LE(12, 648));
    expect(checkLog(old).facts?.previousSeal).toBeUndefined();
    const first = { ...logHeaderOf(), previousCreatedAt: undefined, previousSeal: 0n };
    expect(checkLog(madeLog({ header: first })).facts?.previousSeal).toBeUndefined();
  });

  it('takes segments of the log that the file was before, and shadows, for empty', () => {
    const file = madeLog();
    segmentOf(file, 11).set(segmentOf(file, 10));
    for (const sector of [12, 13, 14]) {
      segmentOf(file, sector).fill(sector);
      resealed(file, sector, 3);
    }
    segmentOf(file, 15).set(segmentOf(file, 14));
    const result = checkLog(file);
    expect(result).toMatchObject({ findings: [], segments: { current: 10, shadow: 1, stale: 3 } });
    expect(result.facts?.seal).toBe(checkLog(madeLog()).facts?.seal);
  });

  it('reads all attached databases, in either encoding, and stops at an entry that cannot be one', () => {
    const file = withHeader(madeLog(), (header) => {
      const second = 671 + 64 + header.readUInt16LE(671 + 2);
      header.writeUInt8(2, second);
      header.writeUInt16LE(6, second + 2);
      header.write('B.edb\0', second + 64, 'latin1');
      header.writeUInt8(3, second + 70);
      header.writeUInt16LE(0xffff, second + 72);
    });
    expect(checkLog(file).facts?.attached.map(({ path }) => path)).toEqual(['C:\\CertLog\\Demo.edb', 'B.edb']);
    const bare = madeLog({ header: { ...logHeaderOf(), attached: [] } });
    expect(checkLog(bare).facts?.attached).toEqual([]);
    const nameless = { ...logHeaderOf(), attached: [{ signature: databaseSignature, path: '' }] };
    expect(checkLog(madeLog({ header: nameless })).facts?.attached).toMatchObject([{ path: '' }]);
  });
});

describe('check of a log header', () => {
  it('checks nothing without one', () => {
    const file = madeLog();
    flipBit(file, 0, 5000);
    expect(checkLog(file)).toMatchObject({ intact: false, facts: undefined, segments: none });
    expect(summary(checkLog(file))).toEqual(['header-bad @0']);
    expect(summary(checkLog(file.subarray(0, 4095)))).toEqual(['header-bad @0']);
    expect(summary(checkLog(new Uint8Array(0)))).toEqual(['header-bad @0']);
  });

  it('compares generation and size with what they should be', () => {
    const file = madeLog();
    expect(summary(checkLog(file, { expectedGeneration: 8 }))).toEqual(['generation-wrong @4']);
    expect(summary(checkLog(file.subarray(0, 61440)))).toEqual(['length-wrong @61440']);
    expect(summary(checkLog(file.subarray(0, 61441)))).toEqual(['length-wrong @61441']);
    expect(summary(checkLog(Buffer.concat([file, segmentOf(file, 3)])))).toEqual(['length-wrong @65536']);
  });

  it('names older logs, small sectors and other files', () => {
    const seven = withHeader(madeLog(), (header) => header.writeUInt32LE(7, 32));
    expect(summary(checkLog(seven))).toEqual(['log-version-unsupported @32']);
    const small = withHeader(madeLog(), (header) => header.writeUInt16LE(512, 8).toString());
    expect(checkLog(small.subarray(0, 8192)).findings).toMatchObject([{ kind: 'log-version-unsupported' }]);
    const checkpoint = withHeader(madeLog(), (header) => header.writeUInt8(4, 667));
    expect(summary(checkLog(checkpoint))).toEqual(['file-type-wrong @667']);
    expect(checkLog(checkpoint).facts?.seal).toBeUndefined();
    const untyped = withHeader(madeLog(), (header) => header.writeUInt8(0, 667));
    expect(summary(checkLog(untyped))).toEqual([]);
  });
});

describe('check of segments', () => {
  it('finds swapped, repeated, zeroed and damaged ones', () => {
    const swapped = madeLog();
    const second = Buffer.from(segmentOf(swapped, 2));
    segmentOf(swapped, 2).set(segmentOf(swapped, 7));
    segmentOf(swapped, 7).set(second);
    expect(checkLog(swapped).findings).toMatchObject([
      { kind: 'segment-misplaced', number: 2, actualNumber: 7, offset: 8192 },
      { kind: 'segment-misplaced', number: 7, actualNumber: 2 },
    ]);
    const repeated = madeLog();
    segmentOf(repeated, 4).set(segmentOf(repeated, 3));
    expect(summary(checkLog(repeated))).toEqual(['segment-missing 4']);
    const zeroed = madeLog();
    zeroed.fill(0, 4096 * 2, 4096 * 5).fill(0, 4096 * 7, 4096 * 8);
    expect(summary(checkLog(zeroed))).toEqual(['segment-missing 2', 'segment-missing 7']);
    const damaged = madeLog().fill(1, 4096 * 3, 4096 * 4);
    expect(summary(checkLog(damaged))).toEqual(['segment-bad 3']);
    expect(checkLog(damaged).facts?.seal).toBeUndefined();
  });

  it('says in words what it found', () => {
    const file = madeLog();
    flipBit(file, 2 * 4096, 1);
    segmentOf(file, 5).set(segmentOf(file, 9));
    segmentOf(file, 7).fill(0);
    expect(checkLog(file).findings.map(({ message }) => message)).toEqual([
      'segment 2 has one flipped bit, bit 1 of byte 0',
      'segment 5 is segment 9 in the wrong place',
      'segment 7 is empty, but segment 8 is in use',
    ]);
  });

  it('refuses segments of later logs', () => {
    const result = checkLog(resealed(madeLog(), 12, 8));
    expect(summary(result)).toEqual(['segment-bad 12']);
    expect(result).toMatchObject({ segments: { newer: 1 }, facts: { seal: undefined } });
  });

  it('refuses damage in the last sector, which holds a shadow at most', () => {
    const file = madeLog({ segmentCount: 14 });
    segmentOf(file, 15).set(segmentOf(file, 14));
    expect(summary(checkLog(file))).toEqual([]);
    file[65535] = 1;
    expect(summary(checkLog(file))).toEqual(['segment-bad 15']);
  });

  it('only counts what is beyond the limit', () => {
    const result = checkLog(madeLog().fill(1, 4096 * 3, 4096 * 9), { maxFindings: 2 });
    expect(summary(result)).toEqual(['segment-bad 3', 'segment-bad 4']);
    expect(result).toMatchObject({ omittedFindings: 4, segments: { bad: 6 } });
  });

  it('ends once: more to feed is a mistake, the result stays', () => {
    const checker = new LogChecker();
    checker.feed(madeLog().subarray(0, 5000));
    const result = checker.end();
    expect(summary(result)).toEqual(['length-wrong @5000']);
    expect(checker.end()).toEqual(result);
    expect(() => checker.feed(new Uint8Array(1))).toThrow('fed again');
  });
});

describe('check of the log that is written to', () => {
  /** A log whose segment 10 is half-written; its copy follows. */
  function torn(): Buffer {
    const file = madeLog();
    segmentOf(file, 11).set(segmentOf(file, 10));
    segmentOf(file, 10).fill(0, 2048);
    return file;
  }

  it('forgives a half-written segment that the engine repairs from the copy after it', () => {
    const result = checkLog(torn(), { isCurrent: true });
    expect(result.findings).toMatchObject([{ kind: 'segment-bad', number: 10, severity: 'warning' }]);
    expect(result.findings[0]?.message).toMatch(/^segment 10 .*; the engine repairs it from the copy after it$/);
    expect(result).toMatchObject({ intact: true, facts: { seal: undefined } });
    expect(checkLog(torn())).toMatchObject({ intact: false, findings: [{ severity: 'error' }] });
  });

  it('forgives nothing else', () => {
    const options = { isCurrent: true };
    expect(checkLog(madeLog(), options).findings).toEqual([]);
    expect(checkLog(torn().fill(0, 11 * 4096, 12 * 4096), options).intact).toBe(false);
    const older = resealed(torn(), 11, 6);
    expect(checkLog(older, options).intact).toBe(false);
    expect(checkLog(torn().fill(1, 15 * 4096), options)).toMatchObject({ intact: false, segments: { bad: 2 } });
    expect(checkLog(madeLog().fill(1, 15 * 4096), options).intact).toBe(false);
  });
});
