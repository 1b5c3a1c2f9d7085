import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckResult,
  checkCheckpoint,
  checkFlushMap,
  encodeCheckpoint,
  isHeaderValid,
  sealHeader,
} from '../../src/index.ts';
import { checkDatabase, checkLog, logSignature, madeDatabase, madeLog, madeStreamingCopy } from './made-files.ts';

/** For longer runs set ESE_TEST_CASES. */
const numRuns = Number(process.env['ESE_TEST_CASES'] ?? 2000);

/** One change of a file: bytes overwritten, moved from elsewhere, or the end cut off. */
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('write', 'move', 'cut', 'header'),
    at: fc.nat(),
    from: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  { maxLength: 6 },
);
const expected = fc.constantFrom('streaming-copy', 'database');
const originals = [madeDatabase(), madeStreamingCopy(), madeStreamingCopy({ pageSize: 16384, filePages: 12 })];
const logs = [madeLog(), madeLog({ segmentCount: 14 })];

type Edit = (typeof edits extends fc.Arbitrary<infer T> ? T : never)[number];

/** Changes a copy of the file; what is written into a header gets a good checksum again. */
function edited(original: Buffer, changes: readonly Edit[], headerBytes: number): Buffer {
  let file = Buffer.from(original);
  for (const { kind, at, from, bytes } of changes) {
    const [to, source] = [at % file.length, from % file.length];
    if (kind === 'write') file.set(bytes.subarray(0, file.length - to), to);
    if (kind === 'move') file.copy(file, to - (to % 4096), source - (source % 4096), source + 4096);
    if (kind === 'cut') file = file.subarray(0, Math.max(1, to));
    if (kind === 'header' && file.length >= headerBytes) {
      file.set(bytes, at % (headerBytes - bytes.length));
      sealHeader(file.subarray(0, headerBytes));
    }
  }
  return file;
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
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
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

  it('in a checkpoint file give a result that adds up', () => {
    const original = Buffer.from(encodeCheckpoint({ position: { generation: 1, sector: 2, byte: 3 }, logSignature }));
    const property = fc.property(edits, (changes) => {
      const file = edited(original, changes, 4096);
      expectSane(checkCheckpoint(file), file);
    });
    fc.assert(property, { numRuns });
  });
});
