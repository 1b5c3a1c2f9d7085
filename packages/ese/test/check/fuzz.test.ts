import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckResult,
  checkCheckpoint,
  checkFlushMap,
  encodeCheckpoint,
  isHeaderValid,
  judgeFiles,
  sealHeader,
  sealPage,
} from '../../src/index.ts';
import { checkDatabase, checkLog, logSignature, madeDatabase, madeLog, madeStreamingCopy } from './made-files.ts';
import { checkedLogs, checkFile, cleanDatabase } from './made-sets.ts';

/** Of all tests here together; for longer runs set ESE_TEST_CASES. */
const cases = Number(process.env['ESE_TEST_CASES'] ?? 8000);
const numRuns = Math.ceil(cases / 5);
process.stdout.write(`fuzz: ${5 * numRuns} cases\n`);

/** One change of a file: bytes overwritten, moved from elsewhere, the end cut off, or good checksums over bad content. */
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('write', 'move', 'cut', 'header', 'reseal'),
    at: fc.nat(),
    from: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  { maxLength: 6 },
);
/** Mostly small: what a check does with many units, the edits of whole files show. */
const smallBytes = fc.oneof(
  { arbitrary: fc.uint8Array({ maxLength: 300 }), weight: 20 },
  { arbitrary: fc.uint8Array({ minLength: 4000, maxLength: 20_000 }), weight: 1 },
);
const expected = fc.constantFrom('streaming-copy', 'database');
const originals = [
  madeDatabase(),
  madeStreamingCopy(),
  madeStreamingCopy({ pageSize: 16384, filePages: 12 }),
  cleanDatabase,
];
const logs = [madeLog(), madeLog({ segmentCount: 14 })];
const healthyLogs = checkedLogs([3, 4, 5, 6]);

type Edit = (typeof edits extends fc.Arbitrary<infer T> ? T : never)[number];

/** Changes a copy of the file; headers, and what is resealed, get good checksums again. */
function edited(original: Buffer, changes: readonly Edit[], headerBytes: number): Buffer {
  let file = Buffer.from(original);
  for (const { kind, at, from, bytes } of changes) {
    const [to, source] = [at % file.length, from % file.length];
    if (kind === 'write') file.set(bytes.subarray(0, file.length - to), to);
    if (kind === 'move') file.copy(file, to - (to % 4096), source - (source % 4096), source + 4096);
    if (kind === 'cut') file = file.subarray(0, Math.max(1, to));
    if (kind === 'reseal') reseal(file, { at: to, isPage: from % 2 === 0, bytes });
    if (kind === 'header' && file.length >= headerBytes) {
      file.set(bytes, at % (headerBytes - bytes.length));
      sealHeader(file.subarray(0, headerBytes));
    }
  }
  return file;
}

interface Resealing {
  readonly at: number;
  readonly isPage: boolean;
  readonly bytes: Uint8Array;
}

/** Writes into the page or segment at a place, which is good again then. */
function reseal(file: Buffer, { at, isPage, bytes }: Resealing): void {
  const unit = Math.floor(at / 4096);
  if (unit < 2 || (unit + 1) * 4096 > file.length) return;
  file.set(bytes.subarray(0, (unit + 1) * 4096 - at), at);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  sealPage(view, { offset: unit * 4096, number: isPage ? unit - 1 : unit }, 4096);
}

function expectSane(result: CheckResult, file: Uint8Array): void {
  expect(result.sizeBytes).toBe(file.length);
  expect(result.findings.length).toBeLessThanOrEqual(100);
  for (const { offset, message } of result.findings) {
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(message).not.toMatch(/undefined|NaN|\.$/);
  }
  const hasError = result.findings.some(({ severity }) => severity === 'error');
  if (result.omittedFindings === 0) expect(result.intact).toBe(!hasError);
}

describe('any bytes', () => {
  it('are refused by every check', () => {
    fc.assert(
      fc.property(smallBytes, (bytes) => {
        for (const check of [checkDatabase, checkLog, checkCheckpoint, checkFlushMap]) {
          const result = check(bytes);
          expect(result.intact).toBe(false);
          expectSane(result, bytes);
        }
      }),
      { numRuns },
    );
  });

  it('in a database give a result that adds up', () => {
    const property = fc.property(fc.constantFrom(...originals), edits, expected, (original, changes, expects) => {
      const file = edited(original, changes, original === originals[2] ? 16384 : 4096);
      const result = checkDatabase(file, { expected: expects });
      expectSane(result, file);
      const { valid, zero, bad, unowned } = result.pages;
      const pageSize = result.facts?.pageSize ?? 4096;
      expect(valid + zero + bad + unowned).toBeLessThanOrEqual(Math.max(0, Math.floor(file.length / pageSize) - 2));
      if (changes.length === 0 && expects === 'database') expect(result.findings).toEqual([]);
    });
    fc.assert(property, { numRuns });
  });

  it('in a log give a result that adds up', () => {
    const property = fc.property(fc.constantFrom(...logs), edits, (original, changes) => {
      const file = edited(original, changes, 4096);
      const result = checkLog(file);
      expectSane(result, file);
      const segments = Object.values(result.segments).reduce((sum, count) => sum + count, 0);
      expect(segments).toBeLessThanOrEqual(Math.max(0, Math.floor(file.length / 4096) - 1));
      expect(result.facts === undefined).toBe(file.length < 4096 || !isHeaderValid(file.subarray(0, 4096)));
    });
    fc.assert(property, { numRuns });
  });

  it('in a file of any name give a verdict that adds up', () => {
    const names = ['CA.edb', 'edb00007.log', 'edb.log', 'edb.chk', 'CA.jfm', 'edbtmp.log', 'unknown', ''];
    const files = [...originals, ...logs, Buffer.alloc(0)];
    const property = fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...files),
      edits,
      (name, original, changes) => {
        const file = original.length === 0 ? original : edited(original, changes, 4096);
        const checked = checkFile(name, file);
        expect(checked.name).toBe(name);
        if (checked.kind !== 'not-checked') expectSane(checked.result, file);
        const { databases, logs: alone } = judgeFiles([checked, ...healthyLogs]);
        expect(databases.length).toBe(checked.kind === 'database' ? 1 : 0);
        expect(alone === undefined).toBe(checked.kind === 'database');
        for (const { state, needed, lastUsable = 0 } of databases) {
          if (checked.kind === 'database') expect(state === 'damaged').toBe(!checked.result.intact);
          if (state === 'complete' && needed !== undefined) expect(lastUsable).toBeGreaterThanOrEqual(needed.highest);
        }
      },
    );
    fc.assert(property, { numRuns });
  });

  it('in a checkpoint file give a result that adds up', () => {
    const original = Buffer.from(encodeCheckpoint({ position: { generation: 1, sector: 2, byte: 3 }, logSignature }));
    const property = fc.property(edits, (changes) => {
      const file = edited(original, changes, 4096);
      expectSane(checkCheckpoint(file), file);
    });
    fc.assert(property, { numRuns });
  });
});
