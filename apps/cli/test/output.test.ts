import { closest } from '@adcs-backup/core/sink';
import { describe, expect, it } from 'vitest';
import { bothTimes, duration, exactSize, shortSize } from '../src/output/format.ts';
import { encodeLine } from '../src/output/json-line.ts';
import { printable } from '../src/output/printable.ts';
import { type Progress, ProgressLine } from '../src/output/progress-line.ts';
import { styleFor } from '../src/output/style.ts';
import { table } from '../src/output/table.ts';
import { argument } from '../src/values/arguments.ts';
import { durationMs } from '../src/values/duration.ts';
import { percent } from '../src/values/percent.ts';

describe('the progress line', () => {
  /** Draws at the given times and tells what went to the terminal. */
  function drawn(updates: readonly (Progress & { readonly atMs: number })[], columns: number = 200): string[] {
    const written: string[] = [];
    let now = 0;
    const line = new ProgressLine({ columns, write: (text) => written.push(text) }, () => now);
    for (const { atMs, ...progress } of updates) {
      now = atMs;
      line.update(progress);
    }
    line.clear();
    line.clear();
    return written;
  }

  const what = 'a.edb';
  const totalBytes = 64 * 1024 * 1024;
  const at = (atMs: number, doneBytes: number) => ({ atMs, what, doneBytes, totalBytes });

  it('tells what, how much, how fast and how long, and is erased at the end, once', () => {
    expect(drawn([at(0, 0), at(1000, 16 * 1024 * 1024)])).toEqual([
      '\r\u001b[Ka.edb  0 B of 64.0 MiB (0%)',
      '\r\u001b[Ka.edb  16.0 MiB of 64.0 MiB (25%)  16.0 MiB/s  3.0 s left',
      '\r\u001b[K',
    ]);
  });

  it('counts other things than bytes, where it is told to', () => {
    const tried = (atMs: number, doneBytes: number) => ({
      atMs,
      what: 'keys',
      doneBytes,
      totalBytes: 40,
      noun: 'promise',
    });
    expect(drawn([tried(0, 10), tried(1000, 20)]).slice(0, 2)).toEqual([
      '\r\u001b[Kkeys  10 of 40 promises (25%)',
      '\r\u001b[Kkeys  20 of 40 promises (50%)  2.0 s left',
    ]);
  });

  it('is drawn at most 10 times a second', () => {
    const updates = Array.from({ length: 1000 }, (_, index) => at(index, index));
    expect(drawn(updates)).toHaveLength(10 + 1);
  });

  it('never wraps', () => {
    for (const text of drawn([at(0, 0), at(500, 5e6)], 20)) {
      expect(text.replace('\r\u001b[K', '').length).toBeLessThan(20);
    }
  });

  it('counts anew for each file', () => {
    const other = { what: 'b.log', doneBytes: 0, totalBytes: 0, atMs: 2000 };
    expect(drawn([at(0, 0), at(1000, totalBytes), other]).at(-2)).toBe('\r\u001b[Kb.log  0 B of 0 B (100%)');
  });
});

describe('human output', () => {
  it('tells sizes and durations in units that fit', () => {
    expect([0, 1023, 1024, 5 * 1024 ** 2, 3.5 * 1024 ** 3].map(shortSize)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '5.0 MiB',
      '3.50 GiB',
    ]);
    expect(exactSize(1)).toBe('1 byte');
    expect(exactSize(1_294_336)).toBe('1,294,336 bytes (1.2 MiB)');
    expect([0, 59_949, 60_000, 185_000, 3_600_000, 7_440_000].map(duration)).toEqual([
      '0.0 s',
      '59.9 s',
      '1 min 0 s',
      '3 min 5 s',
      '1 h 0 min',
      '2 h 4 min',
    ]);
  });

  it('marks times as UTC and local', () => {
    expect(bothTimes(new Date('2026-11-21T18:03:16.789Z'))).toMatch(
      /^2026-11-21 18:03:16 UTC \(2026-11-2[12] \d\d:\d\d:16 [+-]\d\d:\d\d local\)$/,
    );
  });

  it('aligns columns whatever their colours, and leaves no spaces at the end', () => {
    const lines = table(
      [{ title: 'NAME' }, { title: 'BYTES', align: 'right' }],
      [
        ['\u001b[1mab\u001b[0m', '5'],
        ['abcdef', ''],
      ],
    );
    expect(lines).toEqual(['NAME    BYTES', '\u001b[1mab\u001b[0m          5', 'abcdef']);
  });

  it('lets no name of a file move the cursor or turn the text around', () => {
    expect(printable('a\u001b[2Jb\u202ec\rd\te\nf\u009bg')).toBe('a\\u001b[2Jb\\u202ec\\u000dd\\u0009e\nf\\u009bg');
    expect(printable('Zürich 株式会社')).toBe('Zürich 株式会社');
  });

  it.each([
    [{ allowed: true, isTerminal: true, environment: {} }, true],
    [{ allowed: true, isTerminal: false, environment: {} }, false],
    [{ allowed: false, isTerminal: true, environment: {} }, false],
    [{ allowed: true, isTerminal: true, environment: { NO_COLOR: '1' } }, false],
    [{ allowed: true, isTerminal: true, environment: { NO_COLOR: '' } }, true],
    [{ allowed: true, isTerminal: true, environment: { TERM: 'dumb' } }, false],
    [{ allowed: true, isTerminal: false, environment: { FORCE_COLOR: '1' } }, true],
    [{ allowed: true, isTerminal: false, environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
    [{ allowed: true, isTerminal: true, environment: { FORCE_COLOR: '0' } }, false],
  ])('colours by the rules: %j', (question, isColored) => {
    expect(styleFor(question)('bad', 'x') !== 'x').toBe(isColored);
  });
});

describe('a JSON line', () => {
  it('is pure ASCII and reads back as it was', () => {
    const name = 'Zürich 株式会社 \u{1f512} \u007f \u2028';
    const line = encodeLine({ type: 'set-begun', name, missing: undefined }, new Date(0));
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual({ type: 'set-begun', time: '1970-01-01T00:00:00.000Z', name });
  });
});

describe('values', () => {
  it('of durations know the usual units', () => {
    expect(['250ms', '30s', '30sec', '2m', '10min', '1h', '2d', '1.5h', '0s'].map(durationMs)).toEqual([
      250, 30_000, 30_000, 120_000, 600_000, 3_600_000, 172_800_000, 5_400_000, 0,
    ]);
    for (const text of ['', '5', 's', '1y', '-1s', '1 2s', '1e3s', 'constructor'])
      expect(() => durationMs(text)).toThrow(RangeError);
  });

  it('that fail with a bug are not taken for mistyped', () => {
    const parse = argument(() => {
      throw new TypeError('bug');
    });
    expect(() => parse('x')).toThrow(TypeError);
  });

  it('of percentages may leave out the sign', () => {
    expect(['10%', '2.5%', '100', ' 7 % '].map(percent)).toEqual([10, 2.5, 100, 7]);
    for (const text of ['0', '100.1%', '-1', 'x%', '']) expect(() => percent(text)).toThrow(RangeError);
  });

  it('that are near to a known word suggest it', () => {
    expect(closest('serverr', ['wait', 'server'])).toBe('server');
    expect(closest('Server', ['wait', 'server'])).toBe('server');
    expect(closest('certificate', ['wait', 'server'])).toBeUndefined();
    expect(closest('kitten', ['sitting'])).toBeUndefined();
    expect(closest('kitten', ['mitte'])).toBe('mitte');
    expect(closest('sever', ['serve', 'severe'])).toBe('severe');
    expect(closest('', ['ab'])).toBeUndefined();
  });
});
