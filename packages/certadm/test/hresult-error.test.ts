import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hresultError } from '../src/binding/hresult-error.ts';
import { hresults } from '../src/binding/hresults.ts';

describe('hresultError', () => {
  it('names function, meaning, number and symbol', () => {
    expect(hresultError('CertSrvBackupPrepareW', 0x80070005 | 0).message).toBe(
      'CertSrvBackupPrepareW failed: access denied (0x80070005, E_ACCESSDENIED)',
    );
  });

  it('adds the number of the engine, which is what people search for', () => {
    expect(hresultError('CertSrvBackupRead', 0xc80003fa).message).toBe(
      'CertSrvBackupRead failed: a database page is damaged (0xC80003FA, hrReadVerifyFailure, ESE -1018)',
    );
  });

  it.each([
    [0xc80001f9, 'backup-in-progress'],
    [0x80070005, 'access-denied'],
    [0xc8000773, 'access-denied'],
    [0x80070522, 'privilege-missing'],
    [0x800706ba, 'server-not-online'],
    [0xc8000230, 'full-backup-missing'],
    [0xc8000239, 'log-missing'],
    [0xc80003fa, 'source-damaged'],
    [0xc8000264, 'source-damaged'],
    [0xc8000321, 'certsrv-failed'],
    [0xc800020e, 'circular-logging'],
    [0xc8000999, 'certsrv-failed'],
  ])('answers %i with the code %s and a hint', (hresult, code) => {
    expect(hresultError('CertSrvBackupPrepareW', hresult)).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
  });

  it('makes only a busy or starting server worth another try', () => {
    const retryable = [...hresults.keys()].filter(
      (hresult) => hresultError('CertSrvBackupPrepareW', hresult).retryable,
    );
    expect(retryable.map((hresult) => hresult.toString(16))).toEqual(['c80001f9', 'c800020b']);
  });

  it('tells of a damaged source that nothing may be deleted', () => {
    expect(hresultError('CertSrvBackupRead', 0xc80003fa).hint).toContain('Delete and truncate nothing');
  });

  it('takes any unknown failure to answer for a server that is not online', () => {
    expect(hresultError('CertSrvIsServerOnlineW', 0x80041234).code).toBe('server-not-online');
    expect(hresultError('CertSrvIsServerOnlineW', 0x80070005).code).toBe('access-denied');
  });

  it.each([
    [0xc80004d2, 'an error of the database engine (0xC80004D2, ESE -1234)'],
    [0x88000001, 'a warning of the database engine, ESE 1 (0x88000001)'],
    [0xc7ff0042, 'error 66 of the backup layer (0xC7FF0042)'],
    [0x800706cc, 'an RPC error, 1740 (0x800706CC)'],
    [0x80070070, 'a Windows error, 112 (0x80070070)'],
    [0x80094800, 'an error of Certificate Services (0x80094800)'],
    [0x8009000b, 'a security or certificate error (0x8009000B)'],
    [0x8001010e, 'an error of remote COM (0x8001010E)'],
    [0x80041234, 'an error of facility 4 (0x80041234)'],
  ])('explains the family of an unknown HRESULT', (hresult, text) => {
    expect(hresultError('CertSrvBackupEnd', hresult).message).toBe(`CertSrvBackupEnd failed: ${text}`);
  });

  it('shows the whole number for any failure, signed or unsigned', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x80000000, max: -1 }), (hresult) => {
        const hex = (hresult + 0x100000000).toString(16).toUpperCase();
        const error = hresultError('CertSrvBackupEnd', hresult);
        expect(error.message).toContain(`(0x${hex}`);
        expect(hresultError('CertSrvBackupEnd', hresult >>> 0).message).toBe(error.message);
      }),
    );
  });
});
