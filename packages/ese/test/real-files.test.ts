import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkPage, decodeDatabaseHeader, isHeaderValid } from '../src/index.ts';

const folder = new URL('../../../../shared/samples/ese/', import.meta.url);
const reason = existsSync(folder) ? '' : ' (skipped: the sample databases are not on this machine)';

const samples = [
  { name: 'dissect-basic.edb', pageSize: 4096, valid: 23, zero: 231 },
  { name: 'dissect-text.edb', pageSize: 4096, valid: 32, zero: 222 },
  { name: 'dissect-index.edb', pageSize: 4096, valid: 47, zero: 207 },
  { name: 'dissect-large.edb', pageSize: 32768, valid: 381, zero: 385 },
  { name: 'velocidex-SRUDB.dat', pageSize: 4096, valid: 663, zero: 135 },
  { name: 'velocidex-qmgr.db', pageSize: 16384, valid: 43, zero: 35 },
  { name: 'secedit-yagura-secedit.sdb', pageSize: 4096, valid: 36, zero: 218 },
] as const;

describe.skipIf(reason !== '')(`databases written by Windows${reason}`, () => {
  it.each(samples)('$name has good headers and pages', ({ name, pageSize, valid, zero }) => {
    const file = gunzipSync(readFileSync(new URL(`${name}.gz`, folder)));
    const header = file.subarray(0, pageSize);
    expect(decodeDatabaseHeader(header)?.pageSize).toBe(pageSize);
    expect(isHeaderValid(header)).toBe(true);
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const found = { zero: 0, valid: 0, bad: 0 };
    for (let offset = 2 * pageSize; offset < file.length; offset += pageSize) {
      found[checkPage(view, { offset, number: offset / pageSize - 1 }, pageSize)] += 1;
    }
    expect(found).toEqual({ zero, valid, bad: 0 });
  });
});
