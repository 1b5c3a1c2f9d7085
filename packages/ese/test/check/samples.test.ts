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
  { name: 'dissect-basic.edb', pageSize: 4096, state: 'clean', format: old, pages: [23, 231], owns: 254 },
  { name: 'dissect-text.edb', pageSize: 4096, state: 'clean', format: old, pages: [32, 222], owns: 254 },
  { name: 'dissect-index.edb', pageSize: 4096, state: 'clean', format: old, pages: [47, 207], owns: 254 },
  { name: 'dissect-large.edb', pageSize: 32768, state: 'clean', format: old, pages: [381, 385], owns: 510 },
  { name: 'dissect-Current.mdb', pageSize: 4096, state: 'clean', format: old, pages: [102, 152], owns: 254 },
  { name: 'plaso-SystemIdentity.mdb', pageSize: 4096, state: 'clean', format: old, pages: [35, 219], owns: 254 },
  {
    name: 'velocidex-SRUDB.dat',
    pageSize: 4096,
    state: 'clean',
    format: '0x620,110,240',
    pages: [663, 135],
    owns: 782,
  },
  { name: 'velocidex-qmgr.db', pageSize: 16384, state: 'dirty', format: '0x620,300,620', pages: [43, 35], owns: 78 },
  { name: 'velocidex-HyperV-PC-Current.mdb', pageSize: 4096, state: 'dirty', format: old, pages: [53, 201], owns: 254 },
  {
    name: 'secedit-yagura-secedit.sdb',
    pageSize: 4096,
    state: 'clean',
    format: '0x620,300,620',
    pages: [36, 218],
    owns: 254,
  },
] as const;

function sample(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`${name}.gz`, folder)));
}

describe.skipIf(isAbsent)(`files written by Windows${reason}`, () => {
  it.each(samples)('$name: all is good', ({ name, pageSize, state, format, pages: [valid, zero] }) => {
    const result = checkDatabase(sample(name));
    expect(result).toMatchObject({ intact: true, findings: [], pages: { valid, zero, bad: 0, unowned: 0 } });
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

  it.each(samples)(
    '$name: what follows the last page that it owns is bad only if it is dirty',
    ({ name, pageSize, state, owns }) => {
      const file = sample(name);
      const longer = Buffer.concat([file, Buffer.alloc(3 * pageSize, 'garbage')]);
      const { facts, pages, intact } = checkDatabase(longer);
      expect(facts?.state).toBe(`${state}-shutdown`);
      expect(pages).toMatchObject(state === 'clean' ? { bad: 0, unowned: 3 } : { bad: 3, unowned: 0 });
      expect(intact).toBe(state === 'clean');
      const lastByte = (owns + 2) * pageSize - 1;
      file.writeUInt8(file.readUInt8(lastByte) ^ 1, lastByte);
      expect(checkDatabase(file).findings).toMatchObject([{ kind: 'page-bit-flipped', number: owns }]);
    },
  );

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
