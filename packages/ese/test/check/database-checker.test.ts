import { describe, expect, it } from 'vitest';
import { DatabaseChecker, encodeDatabaseHeader, encodeTrailer, sealHeader, writeLogTime } from '../../src/index.ts';
import {
  backup,
  checkDatabase,
  createdAt,
  databaseSignature,
  flipBit,
  headerOf,
  logSignature,
  madeDatabase,
  madeStreamingCopy,
  summary,
} from './made-files.ts';

const asCopy = { expected: 'streaming-copy' } as const;
const P = 4096;

/** Writes the same header twice, changed. */
function withHeaders(file: Buffer, change: (header: Buffer) => void): Buffer {
  const header = file.subarray(0, P);
  change(header);
  sealHeader(header);
  header.copy(file, P);
  return file;
}

function pageOf(file: Buffer, number: number): Buffer {
  return file.subarray((number + 1) * P, (number + 2) * P);
}

describe('check of a sound database', () => {
  it.each([4096, 8192, 16384, 32768])('passes pages of %i bytes, as a database and as a streaming copy', (pageSize) => {
    const pages = { valid: 11, zero: 8, bad: 0, unowned: 0 };
    const database = checkDatabase(madeDatabase({ pageSize, filePages: 21 }));
    expect(database).toMatchObject({ intact: true, findings: [], omittedFindings: 0, sizeBytes: 21 * pageSize, pages });
    const copy = checkDatabase(madeStreamingCopy({ pageSize, filePages: 21 }), asCopy);
    expect(copy).toMatchObject({ intact: true, findings: [], sizeBytes: 22 * pageSize, pages });
    expect(copy.facts?.pageSize).toBe(pageSize);
  });

  it('tells what header and trailer say', () => {
    const { facts } = checkDatabase(madeStreamingCopy(), asCopy);
    expect(facts).toMatchObject({
      pageSize: 4096,
      formatVersion: '0x620,110,240',
      state: 'dirty-shutdown',
      signature: `5800000000000805017ef7${'0'.repeat(34)}`,
      logSignature: `4d00000000000805017ef7${'0'.repeat(34)}`,
      requiredLogs: { minRequired: 3, maxRequired: 4, maxCommitted: 5 },
      currentFullBackup: { ...backup, genHigh: 0 },
      previousFullBackup: undefined,
      shadowHeader: 'same',
      genLow: 3,
      genHigh: 5,
    });
    expect(facts?.requiredLogs.maxRequiredCreated?.at).toEqual(new Date(createdAt.getTime() + 4));
    expect(facts?.requiredLogs.maxCommittedCreated?.at).toEqual(new Date(createdAt.getTime() + 5));
    expect(facts?.trailer).toEqual({ backup, signature: facts?.signature, logSignature: facts?.logSignature });
  });

  it('knows no generations of a database that is no streaming copy', () => {
    const { facts } = checkDatabase(madeDatabase());
    expect(facts).toMatchObject({ genLow: undefined, genHigh: undefined, trailer: undefined });
  });

  it('tells of the last full backup', () => {
    const header = { ...headerOf(P), previousFullBackup: backup };
    const { facts } = checkDatabase(madeDatabase({ header }));
    expect(facts).toMatchObject({ previousFullBackup: backup, currentFullBackup: undefined, genLow: undefined });
  });

  it('accepts a database that was restored from a streaming copy: no trailer, its generations in the header', () => {
    const file = madeDatabase({ header: { ...headerOf(P), currentFullBackup: backup } });
    const result = checkDatabase(file);
    expect(result.findings).toEqual([]);
    expect(result.facts).toMatchObject({ genLow: 3, genHigh: 5 });
  });

  it('accepts differing headers, and pages newer than the header', () => {
    const file = madeDatabase();
    file.set(encodeDatabaseHeader({ ...headerOf(P), dbTime: 1 }), P);
    const result = checkDatabase(file);
    expect(result).toMatchObject({ intact: true, findings: [] });
    expect(result.facts?.shadowHeader).toBe('differs');
  });

  it('names states that it knows, and others as unknown', () => {
    const states = [1, 3, 9].map((state) => {
      return checkDatabase(withHeaders(madeDatabase(), (header) => header.writeUInt32LE(state, 52))).facts?.state;
    });
    expect(states).toEqual(['just-created', 'clean-shutdown', 'unknown']);
  });
});

describe('check of headers', () => {
  it('uses the shadow when the header is bad: damage in a streaming copy, a warning elsewhere', () => {
    const file = madeStreamingCopy();
    const { facts } = checkDatabase(file);
    flipBit(file, 0, 999);
    const result = checkDatabase(file);
    expect(result.findings).toMatchObject([{ kind: 'header-bad', severity: 'warning', offset: 0 }]);
    expect(result.intact).toBe(true);
    expect(result.facts).toEqual({ ...facts, shadowHeader: 'differs' });
    expect(checkDatabase(file, asCopy)).toMatchObject({ intact: false, findings: [{ severity: 'error' }] });
  });

  it('finds a bad shadow', () => {
    const file = madeStreamingCopy();
    file.fill(0, P, 2 * P);
    expect(summary(checkDatabase(file, asCopy))).toEqual(['shadow-header-bad @4096']);
  });

  it('asks for no shadow where the header says that there is none', () => {
    const file = withHeaders(madeDatabase(), (header) => header.writeUInt8(1, 208)).fill(0, P, 2 * P);
    expect(checkDatabase(file).findings).toEqual([]);
  });

  it('gives up when both headers are bad', () => {
    const file = madeDatabase().fill(0, 0, 2 * P);
    const result = checkDatabase(file);
    expect(summary(result)).toEqual(['headers-bad @0']);
    expect(result).toMatchObject({ intact: false, facts: undefined, pages: { valid: 0, zero: 0, bad: 0 } });
    expect(summary(checkDatabase(new Uint8Array(0)))).toEqual(['headers-bad @0']);
  });

  it('names pages of 2 KiB as unsupported', () => {
    const result = checkDatabase(madeDatabase({ pageSize: 2048 }));
    expect(summary(result)).toEqual(['page-size-unsupported @236']);
    expect(result.facts?.pageSize).toBe(2048);
  });

  it('takes a page size of 0 for 4096, and a file type of 0 for that of an old database', () => {
    const file = withHeaders(madeDatabase(), (header) => header.fill(0, 236, 240).fill(0, 667, 668));
    expect(checkDatabase(file)).toMatchObject({ findings: [], facts: { pageSize: 4096 } });
  });

  it('refuses the header of a file of another type', () => {
    const file = withHeaders(madeDatabase(), (header) => header.writeUInt8(5, 667));
    expect(summary(checkDatabase(file))).toEqual(['file-type-wrong @667']);
  });
});

describe('check of a length', () => {
  it('finds that a file ends within a page', () => {
    const file = madeStreamingCopy();
    const cut = checkDatabase(file.subarray(0, 10 * P + 5));
    expect(summary(cut)).toEqual(['trailer-missing @40960']);
    expect(summary(checkDatabase(madeDatabase().subarray(0, 10 * P + 5)))).toEqual(['length-wrong @40960']);
    const longer = checkDatabase(Buffer.concat([file, Buffer.from('x')]), asCopy);
    expect(summary(longer)).toEqual([`length-wrong @${17 * P}`]);
  });

  it('finds that a file ends within its headers', () => {
    const file = madeDatabase();
    expect(summary(checkDatabase(file.subarray(0, P)))).toEqual(['length-wrong @4096']);
    expect(summary(checkDatabase(file.subarray(0, P + 1)))).toEqual(['length-wrong @4096']);
    expect(checkDatabase(file.subarray(0, P)).facts?.shadowHeader).toBe('missing');
    expect(summary(checkDatabase(file.subarray(0, 2 * P)))).toEqual([]);
  });

  it('finds every streaming copy that was cut short', () => {
    const file = madeStreamingCopy();
    for (let length = 0; length < file.length; length += 512) {
      expect(checkDatabase(file.subarray(0, length), asCopy).intact).toBe(false);
      expect(checkDatabase(file.subarray(0, length)).intact).toBe(false);
    }
  });
});

describe('check of a trailer', () => {
  it('reads what the newest formats add: the logs that were needed at the end of the copy', () => {
    const file = madeStreamingCopy();
    const trailer = file.subarray(16 * P);
    for (const [index, generation] of [3, 5, 6].entries()) trailer.writeUInt32LE(generation, 120 + index * 4);
    const view = new DataView(trailer.buffer, trailer.byteOffset, P);
    writeLogTime(view, 132, createdAt);
    sealHeader(trailer);
    const { facts, findings } = checkDatabase(file, asCopy);
    expect(findings).toEqual([]);
    expect(facts?.trailer?.requiredLogs).toEqual({
      minRequired: 3,
      maxRequired: 5,
      maxCommitted: 6,
      maxRequiredCreated: { raw: trailer.toString('hex', 132, 140), at: createdAt },
      maxCommittedCreated: undefined,
    });
    expect(checkDatabase(madeStreamingCopy()).facts?.trailer).not.toHaveProperty('requiredLogs');
  });

  function withTrailer(change: Partial<Parameters<typeof encodeTrailer>[0]>): Buffer {
    const file = madeStreamingCopy();
    file.set(encodeTrailer({ backup, databaseSignature, logSignature, ...change }, P), 16 * P);
    return file;
  }

  it.each([
    ['of another database', { databaseSignature: { ...databaseSignature, random: 1 } }],
    ['of another log stream', { logSignature: { ...logSignature, random: 1 } }],
    ['of another backup', { backup: { ...backup, mark: { ...backup.mark, sector: 10 } } }],
    ['without a highest generation', { backup: { ...backup, genHigh: 0 } }],
  ])('refuses one %s', (_, change) => {
    expect(summary(checkDatabase(withTrailer(change), asCopy))).toEqual(['trailer-mismatch 15']);
  });

  it('refuses one that is damaged, or zero', () => {
    const file = madeStreamingCopy();
    flipBit(file, 16 * P, 32000);
    expect(summary(checkDatabase(file))).toEqual(['trailer-bad 15']);
    expect(summary(checkDatabase(file.fill(0, 16 * P)))).toEqual([`trailer-missing @${17 * P}`]);
  });

  it('refuses one where the header tells of no backup', () => {
    const trailer = madeStreamingCopy().subarray(16 * P);
    const result = checkDatabase(Buffer.concat([madeDatabase(), trailer]), asCopy);
    expect(summary(result)).toEqual(['not-a-streaming-copy @184', 'trailer-mismatch 15']);
  });

  it('refuses one that is not the last page, once', () => {
    const file = Buffer.concat([madeStreamingCopy(), Buffer.alloc(2 * P)]);
    expect(summary(checkDatabase(file, asCopy))).toEqual(['trailer-not-last 15']);
  });

  it('tells a bad last page from a bad trailer where it can', () => {
    const file = madeStreamingCopy({ filePages: 24 }).subarray(0, 10 * P);
    flipBit(file, 9 * P, 12345);
    expect(summary(checkDatabase(file, asCopy))).toEqual(['page-bit-flipped 8', 'trailer-missing @40960']);
  });

  it('misses a streaming copy where one is expected', () => {
    expect(summary(checkDatabase(madeDatabase(), asCopy))).toEqual(['not-a-streaming-copy @184']);
    const restored = madeDatabase({ header: { ...headerOf(P), currentFullBackup: backup } });
    expect(summary(checkDatabase(restored, asCopy))).toEqual(['not-a-streaming-copy @184']);
  });
});

describe('check of pages', () => {
  it('finds swapped, repeated and overwritten pages, and where good ones belong', () => {
    const file = madeStreamingCopy();
    const second = Buffer.from(pageOf(file, 2));
    pageOf(file, 2).set(pageOf(file, 5));
    pageOf(file, 5).set(second);
    pageOf(file, 4).set(pageOf(file, 6));
    pageOf(file, 3).fill(0x20);
    const result = checkDatabase(file, asCopy);
    const places = result.findings.map(({ kind, number, actualNumber }) => [kind, number, actualNumber]);
    expect(places).toEqual([
      ['page-misplaced', 2, 5],
      ['page-bad', 3, undefined],
      ['page-misplaced', 4, 6],
      ['page-misplaced', 5, 2],
    ]);
    expect(result.pages).toEqual({ valid: 2, zero: 8, bad: 4, unowned: 0 });
    expect(result.findings[0]?.offset).toBe(3 * P);
  });

  it('stores findings up to a limit and counts the others', () => {
    const file = madeDatabase({ filePages: 40 });
    file.fill(1, 4 * P, 24 * P);
    const result = checkDatabase(file, { maxFindings: 3 });
    expect(summary(result)).toEqual(['page-bad 3', 'page-bad 4', 'page-bad 5']);
    expect(result).toMatchObject({ omittedFindings: 17, intact: false, pages: { bad: 20 } });
    expect(checkDatabase(file, { maxFindings: 0 })).toMatchObject({ intact: false, omittedFindings: 20 });
  });

  it('says in words what it found', () => {
    const file = madeDatabase();
    flipBit(file, 2 * P, 8 * 100 + 3);
    flipBit(file, 4 * P, 1);
    const messages = checkDatabase(file).findings.map(({ message }) => message);
    expect(messages).toEqual([
      'page 1 has one flipped bit, bit 3 of byte 100',
      'page 3 is page 1 in the wrong place, or one bit of its checksum is flipped',
    ]);
  });

  it('ends once: more to feed is a mistake, the result stays', () => {
    const checker = new DatabaseChecker({ expected: 'database' });
    checker.feed(madeDatabase().subarray(0, 3 * P - 1));
    const result = checker.end();
    expect(checker.end()).toEqual(result);
    expect(() => checker.feed(new Uint8Array(1))).toThrow('fed again');
  });
});
