import { describe, expect, it } from 'vitest';
import { databaseSignature } from '../src/index.ts';
import { checkDatabase, madeDatabase, madeLog } from './check/made-files.ts';

describe('signature of a database', () => {
  it('is read from the first bytes alone, in the form that facts have', () => {
    const file = madeDatabase();
    expect(databaseSignature(file.subarray(0, 52))).toBe(checkDatabase(file).facts?.signature);
  });

  it('is unknown where there are too few bytes, or no database', () => {
    expect(databaseSignature(madeDatabase().subarray(0, 51))).toBeUndefined();
    expect(databaseSignature(madeLog())).toBeUndefined();
  });
});
