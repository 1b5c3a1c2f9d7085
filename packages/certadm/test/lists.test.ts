import { describe, expect, it } from 'vitest';
import { decodeDatabaseFiles, decodeDynamicFiles, decodeLogFiles, decodeRestoreMap } from '../src/binding/lists.ts';

const folder = '\\\\PKI-SRV01.corp.cvilab.local\\C$\\Windows\\system32\\CertLog';

describe('decodeRestoreMap', () => {
  const raw = list(`D${folder}\\CVI Issuing CA 1.edb`, `\u0083${folder}`, `\u0082${folder}`);

  it('tells databases, log and checkpoint directories by their tags', () => {
    expect(decodeRestoreMap(raw).entries).toEqual([
      { kind: 'database', path: `${folder}\\CVI Issuing CA 1.edb` },
      { kind: 'checkpoint-directory', path: folder },
      { kind: 'log-directory', path: folder },
    ]);
  });

  it('keeps the bytes as they came: 398 for the CA of a published certbkxp.dat of that size', () => {
    expect(raw.byteLength).toBe(398);
    expect(decodeRestoreMap(raw).raw).toEqual(raw);
  });

  it('keeps an entry of an unknown kind', () => {
    expect(decodeRestoreMap(list(`\u0099${folder}`)).entries).toEqual([{ kind: 'unknown', path: folder }]);
  });

  it('refuses an entry that is a tag only', () => {
    expect(() => decodeRestoreMap(list('D'))).toThrow('answered an entry without a path (0x44)');
  });
});

describe('decodeDatabaseFiles', () => {
  it('gives paths without tag, with the last part as name', () => {
    expect(decodeDatabaseFiles(list(`D${folder}\\CA 1.edb`))).toEqual([
      { role: 'database', path: `${folder}\\CA 1.edb`, name: 'CA 1.edb' },
    ]);
  });

  it('refuses a directory', () => {
    expect(() => decodeDatabaseFiles(list(`\u0082${folder}`))).toThrow('the unexpected file type 0x82');
  });

  it('refuses a path without a tag, whose first character would be lost', () => {
    expect(() => decodeDatabaseFiles(list(`${folder}\\CA 1.edb`))).toThrow('the unexpected file type 0x5c');
  });
});

describe('decodeLogFiles', () => {
  it('takes logs, and patch files as well, for files of the log phase', () => {
    expect(decodeLogFiles(list(`!${folder}\\edb00001.log`, `%${folder}\\ca.pat`))).toEqual([
      { role: 'log', path: `${folder}\\edb00001.log`, name: 'edb00001.log' },
      { role: 'log', path: `${folder}\\ca.pat`, name: 'ca.pat' },
    ]);
  });

  it('refuses a database, which can no longer be read in that phase', () => {
    expect(() => decodeLogFiles(list(`D${folder}\\CA 1.edb`))).toThrow('the unexpected file type 0x44');
  });
});

describe('decodeDynamicFiles', () => {
  it('keeps the first character, since these entries have no tag', () => {
    expect(decodeDynamicFiles(list(`${folder}\\ca.crl`))).toEqual([`${folder}\\ca.crl`]);
  });
});

function list(...entries: string[]): Uint8Array {
  return new Uint8Array(Buffer.from(`${entries.join('\0')}\0\0`, 'utf16le'));
}
