import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkFlushMap } from '../../src/index.ts';
import { checkDatabase, flipBit } from './made-files.ts';

const folder = new URL('../../../../../shared/samples/ese/', import.meta.url);
const isAbsent = !existsSync(folder);
const reason = isAbsent ? ' (skipped: the sample databases are not on this machine)' : '';
/** Every bit of every page, which takes a while; otherwise one in 127. */
const isExhaustive = process.env['ESE_TEST_EXHAUSTIVE'] === '1';

const old = '0x620,20,0';
const samples = [
  { name: 'dissect-basic.edb', pageSize: 4096, state: 'clean', format: old, pages: [23, 231] },
  { name: 'dissect-text.edb', pageSize: 4096, state: 'clean', format: old, pages: [32, 222] },
  { name: 'dissect-index.edb', pageSize: 4096, state: 'clean', format: old, pages: [47, 207] },
  { name: 'dissect-large.edb', pageSize: 32768, state: 'clean', format: old, pages: [381, 385] },
  { name: 'dissect-Current.mdb', pageSize: 4096, state: 'clean', format: old, pages: [102, 152] },
  { name: 'plaso-SystemIdentity.mdb', pageSize: 4096, state: 'clean', format: old, pages: [35, 219] },
  { name: 'velocidex-SRUDB.dat', pageSize: 4096, state: 'clean', format: '0x620,110,240', pages: [663, 135] },
  { name: 'velocidex-qmgr.db', pageSize: 16384, state: 'dirty', format: '0x620,300,620', pages: [43, 35] },
  { name: 'velocidex-HyperV-PC-Current.mdb', pageSize: 4096, state: 'dirty', format: old, pages: [53, 201] },
  { name: 'secedit-yagura-secedit.sdb', pageSize: 4096, state: 'clean', format: '0x620,300,620', pages: [36, 218] },
] as const;

function sample(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`${name}.gz`, folder)));
}

describe.skipIf(isAbsent)(`files written by Windows${reason}`, () => {
  it.each(samples)('$name: all is good', ({ name, pageSize, state, format, pages: [valid, zero] }) => {
    const result = checkDatabase(sample(name));
    expect(result).toMatchObject({ intact: true, findings: [], pages: { valid, zero, bad: 0 } });
    expect(result.facts).toMatchObject({
      pageSize,
      state: `${state}-shutdown`,
      formatVersion: format,
      shadowHeader: 'same',
    });
  });

  it('the flush map: header and page are good', () => {
    expect(checkFlushMap(sample('secedit-cis-secedit.jfm'))).toMatchObject({ findings: [], sizeBytes: 16384 });
  });

  it.each(['dissect-text.edb', 'velocidex-HyperV-PC-Current.mdb'])(
    '%s: a flipped bit is found in each page',
    (name) => {
      const file = sample(name);
      const pageCount = file.length / 4096 - 2;
      for (let bit = 0; bit < 32768; bit += isExhaustive ? 1 : 127) {
        for (let page = 2; page < pageCount + 2; page += 1) flipBit(file, page * 4096, bit);
        const { findings } = checkDatabase(file, { maxFindings: 1000 });
        for (let page = 2; page < pageCount + 2; page += 1) flipBit(file, page * 4096, bit);
        const located = findings.filter(({ number, flippedBit }, index) => number === index + 1 && flippedBit === bit);
        if (located.length !== pageCount || findings.length !== pageCount)
          expect({ bit, findings }).toBe('all located');
      }
      expect(checkDatabase(file).findings).toEqual([]);
    },
    3_600_000,
  );
});
