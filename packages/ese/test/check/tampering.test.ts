import { describe, expect, it } from 'vitest';
import { type CheckResult, checkLogChain } from '../../src/index.ts';
import { checkDatabase, checkLog, createdAt, logHeaderOf, madeLog, madeStreamingCopy } from './made-files.ts';
import { checkedLogs } from './made-sets.ts';

/** What happens to backups: cut, lengthened, mixed up, repeated, emptied. Positions are tried one by one. */

const UNIT = 4096;

function unitOf(file: Buffer, index: number): Buffer {
  return file.subarray(index * UNIT, (index + 1) * UNIT);
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

function pairs(first: number, end: number): (readonly [number, number])[] {
  return range(first, end).flatMap((one) => range(one + 1, end).map((other) => [one, other] as const));
}

/** Ways to spoil a file at two of its units. */
const spoil = {
  swapped: (file: Buffer, one: number, other: number) => {
    const copy = Buffer.from(file);
    unitOf(file, one).copy(unitOf(copy, other));
    unitOf(file, other).copy(unitOf(copy, one));
    return copy;
  },
  overwritten: (file: Buffer, one: number, other: number) => {
    const copy = Buffer.from(file);
    unitOf(file, one).copy(unitOf(copy, other));
    return copy;
  },
  inserted: (file: Buffer, one: number, other: number) => {
    return Buffer.concat([file.subarray(0, other * UNIT), unitOf(file, one), file.subarray(other * UNIT)]);
  },
  removed: (file: Buffer, one: number) => {
    return Buffer.concat([file.subarray(0, one * UNIT), file.subarray((one + 1) * UNIT)]);
  },
  zeroed: (file: Buffer, one: number) => Buffer.from(file).fill(0, one * UNIT, (one + 1) * UNIT),
} as const;

/** Which of the pairs a check let pass. */
function passed(kind: keyof typeof spoil, file: Buffer, { units, check }: Trial): (readonly [number, number])[] {
  return units.filter(([one, other]) => {
    const spoilt = spoil[kind](file, one, other);
    return !spoilt.equals(file) && check(spoilt).intact;
  });
}

interface Trial {
  readonly units: readonly (readonly [number, number])[];
  readonly check: (file: Buffer) => CheckResult;
}

describe('a streaming copy', () => {
  /** Headers, pages 1 to 14 in use, 8 that were never used, the trailer. */
  const copy = madeStreamingCopy({ filePages: 24 });
  const check = (file: Buffer): CheckResult => checkDatabase(file, { expected: 'streaming-copy' });
  const [used, whole] = [pairs(2, 16), pairs(0, 25)];

  it.each(['swapped', 'overwritten', 'inserted', 'removed'] as const)('with pages in use %s is refused', (kind) => {
    expect(passed(kind, copy, { units: used, check })).toEqual([]);
    expect(used.length).toBe(91);
  });

  it('with any unit, header and trailer included, repeated or lost is refused', () => {
    const inUse = whole.filter(([one]) => one < 16);
    expect(passed('inserted', copy, { units: inUse, check })).toEqual([]);
    const notLast = [...range(0, 15), 24].map((unit) => [unit, unit] as const);
    expect(passed('removed', copy, { units: notLast, check })).toEqual([]);
  });

  it('with a header that is a page, or a page that is a header, is refused', () => {
    const units = whole.filter(([one, other]) => one < 2 && other >= 2);
    expect(passed('overwritten', copy, { units, check })).toEqual([]);
    expect(passed('swapped', copy, { units, check })).toEqual([]);
  });

  it('with a header or the trailer zeroed is refused', () => {
    expect(passed('zeroed', copy, { units: [0, 1, 24].map((unit) => [unit, unit]), check })).toEqual([]);
  });

  it('that was cut anywhere, or lengthened, is refused', () => {
    const cut = range(0, copy.length / 512).filter((at) => check(copy.subarray(0, at * 512)).intact);
    expect(cut).toEqual([]);
    for (const more of [
      Buffer.alloc(UNIT),
      Buffer.alloc(UNIT, 'x'),
      unitOf(copy, 24),
      unitOf(copy, 15),
      Buffer.alloc(1),
    ]) {
      expect(check(Buffer.concat([copy, more])).intact).toBe(false);
    }
  });

  it('with a page zeroed, or an unused page too many or too few, passes: no checksum can see that', () => {
    expect(passed('zeroed', copy, { units: range(2, 16).map((unit) => [unit, unit]), check })).toHaveLength(14);
    expect(check(spoil.removed(copy, 20)).intact).toBe(true);
    // The last page in use: only unused ones move up.
    expect(check(spoil.removed(copy, 15)).intact).toBe(true);
    expect(check(spoil.inserted(copy, 20, 20)).intact).toBe(true);
  });
});

describe('a log', () => {
  /** Segments 1 to 10 in use, 11 to 14 empty. */
  const log = madeLog();
  const check = (file: Buffer): CheckResult => checkLog(file);

  it.each(['swapped', 'inserted', 'removed'] as const)('with segments in use %s is refused', (kind) => {
    expect(passed(kind, log, { units: pairs(0, 11), check })).toEqual([]);
  });

  it('with a segment in use overwritten by another is refused, but for the last one: that looks half-written', () => {
    expect(passed('overwritten', log, { units: pairs(0, 11), check })).toEqual([[9, 10]]);
  });

  it('with a segment in use where none was written is refused, but for a copy behind the last one', () => {
    const units = range(0, 11).flatMap((one) => range(11, 15).map((other) => [one, other] as const));
    expect(passed('overwritten', log, { units, check })).toEqual([[10, 11]]);
    expect(passed('swapped', log, { units, check })).toEqual([[10, 11]]);
  });

  it('with a segment in use zeroed is refused, but for the last one: that looks unused', () => {
    expect(passed('zeroed', log, { units: range(0, 11).map((unit) => [unit, unit]), check })).toEqual([[10, 10]]);
  });

  it('that was cut anywhere, or lengthened, is refused', () => {
    expect(range(0, log.length / 512).filter((at) => check(log.subarray(0, at * 512)).intact)).toEqual([]);
    for (const more of [Buffer.alloc(UNIT), unitOf(log, 3), Buffer.alloc(1)]) {
      expect(check(Buffer.concat([log, more])).intact).toBe(false);
    }
  });
});

describe('a set of logs', () => {
  const facts = (logs: ReturnType<typeof checkedLogs>) => logs.flatMap(({ result }) => result.facts ?? []);
  const faults = (logs: ReturnType<typeof checkedLogs>): string[] => {
    return checkLogChain(facts(logs)).map(({ kind, generation }) => `${kind} ${generation}`);
  };
  const all = [3, 4, 5, 6, 7];

  it.each([4, 5, 6])('without log %i, or with it twice, is refused', (generation) => {
    expect(faults(checkedLogs(all.filter((one) => one !== generation)))).toEqual([`log-missing ${generation}`]);
    expect(faults(checkedLogs([...all, generation]))).toContain(`log-repeated ${generation}`);
    expect(faults(checkedLogs(all))).toEqual([]);
  });

  it.each([3, 4, 5, 6])('sees by the next log that the end of log %i was zeroed', (generation) => {
    const cut = checkedLogs([generation], (file) => file.fill(0, 255 * UNIT - 20 * UNIT));
    expect(cut[0]?.result.intact).toBe(true);
    const others = checkedLogs(all.filter((one) => one !== generation));
    expect(faults([...others, ...cut])).toEqual([`seal-mismatch ${generation}`]);
  });

  it('cannot see that the end of its last log was zeroed: nothing seals that one', () => {
    const cut = checkedLogs([7], (file) => file.fill(0, 10 * UNIT));
    expect(cut[0]?.result.intact).toBe(true);
    expect(faults([...checkedLogs([3, 4, 5, 6]), ...cut])).toEqual([]);
  });

  it('refuses a log under another name, and one of the same number from another history', () => {
    expect(checkLog(madeLog(), { expectedGeneration: 8 }).intact).toBe(false);
    const header = { ...logHeaderOf(5), createdAt: new Date(createdAt.getTime() + 1) };
    const forked = checkLog(madeLog({ header })).facts;
    const chain = [...facts(checkedLogs([3, 4, 6, 7])), ...(forked ? [forked] : [])];
    const kinds = checkLogChain(chain).map(({ kind, generation }) => `${kind} ${generation}`);
    expect(kinds).toEqual([
      'previous-created-mismatch 5',
      'seal-mismatch 4',
      'previous-created-mismatch 6',
      'seal-mismatch 5',
    ]);
  });
});
