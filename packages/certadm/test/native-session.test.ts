import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NativeSession } from '../src/binding/native-session.ts';
import { laterErrorsOf } from '../src/first-error.ts';
import { handle, ScriptedLibrary } from './scripted-library.ts';

const locations = 'CertSrvRestoreGetDatabaseLocationsW';

describe('a list', () => {
  it.each([
    ['NULL and 0 bytes', null, 0],
    ['NULL and a size of one NUL', null, 2],
    ['a buffer of 0 bytes', 0x10n, 0],
  ])('is empty when the library answers %s', (_, pointer, sizeBytes) => {
    const library = new ScriptedLibrary({ list: { pointer, sizeBytes } });
    expect(session(library).readList(locations, library.readMemory)).toHaveLength(0);
    expect(library.freed).toEqual(pointer === null ? [] : [pointer]);
  });

  it('is copied, and its buffer freed exactly once', () => {
    const library = new ScriptedLibrary({ list: { pointer: 0x10n, sizeBytes: 6 } });
    expect(session(library).readList(locations, library.readMemory)).toEqual(new Uint8Array(6).fill(0x41));
    expect(library.freed).toEqual([0x10n]);
  });

  it('is freed when it cannot be read', () => {
    const library = new ScriptedLibrary({ list: { pointer: 0x10n, sizeBytes: 6 } });
    const read = () =>
      session(library).readList(locations, () => {
        throw new Error('too large');
      });
    expect(read).toThrow('too large');
    expect(library.freed).toEqual([0x10n]);
  });

  it('is not freed when the call failed: nothing was handed out', () => {
    const library = new ScriptedLibrary({
      failing: { [locations]: 0xc8000209 },
      list: { pointer: 0x10n, sizeBytes: 6 },
    });
    expect(() => session(library).readList(locations, library.readMemory)).toThrow('call out of order');
    expect(library.freed).toEqual([]);
  });

  it('of a size without a pointer is an error', () => {
    const library = new ScriptedLibrary({ list: { pointer: null, sizeBytes: 4 } });
    expect(() => session(library).readList(locations, library.readMemory)).toThrow(
      'announced 4 bytes and answered no list',
    );
  });
});

describe('the announced size', () => {
  it('may be any size up to 2^53', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), fc.bigInt(0n, 2n ** 53n - 1n)), (sizeBytes) => {
        expect(session(new ScriptedLibrary({ fileSize: sizeBytes })).openFile('a')).toBe(Number(sizeBytes));
      }),
    );
  });

  it.each([-1, -1n, 2n ** 53n, 2n ** 63n - 1n])('of %s is refused, and the file closed again', (fileSize) => {
    const library = new ScriptedLibrary({ fileSize });
    expect(() => session(library).openFile('\\\\ca\\C$\\a.edb')).toThrow(
      `announced ${fileSize} bytes for \\\\ca\\C$\\a.edb`,
    );
    expect(library.calls.slice(-2)).toEqual(['CertSrvBackupOpenFileW', 'CertSrvBackupClose']);
  });

  it('refused, with a failing close, keeps both errors', () => {
    const library = new ScriptedLibrary({ fileSize: -1, failing: { CertSrvBackupClose: 0xc8000209 } });
    const opening = caught(() => session(library).openFile('a'));
    expect(opening).toMatchObject({ message: expect.stringContaining('announced -1 bytes') });
    expect(laterErrorsOf(opening)).toMatchObject([{ message: expect.stringContaining('CertSrvBackupClose failed') }]);
  });
});

describe('reading', () => {
  it('reaches the library no more after the end', () => {
    const library = new ScriptedLibrary({ reads: [3, 2, 0] });
    const reading = session(library);
    reading.openFile('a');
    expect([1, 2, 3, 4, 5].map(() => reading.read(new Uint8Array(4)))).toEqual([3, 2, 0, 0, 0]);
    expect(library.calls.filter((name) => name === 'CertSrvBackupRead')).toHaveLength(3);
  });

  it('reaches the library no more after a failure', () => {
    const library = new ScriptedLibrary({ failing: { CertSrvBackupRead: 0xc80003fa } });
    const reading = session(library);
    reading.openFile('a');
    expect(() => reading.read(new Uint8Array(4))).toThrow('CertSrvBackupRead failed');
    expect(caught(() => reading.read(new Uint8Array(4)))).toMatchObject({
      code: 'source-damaged',
      message: expect.stringMatching(/^a is not read further: CertSrvBackupRead failed/),
      cause: { code: 'source-damaged' },
    });
    expect(library.calls.filter((name) => name === 'CertSrvBackupRead')).toHaveLength(1);
  });

  it('ends with a bug as with any other failure', () => {
    const reading = session(new ScriptedLibrary({ reads: [1] }));
    reading.openFile('a');
    expect(caught(() => reading.read(null as never))).toBeInstanceOf(TypeError);
    expect(caught(() => reading.read(new Uint8Array(4)))).toMatchObject({
      code: 'internal',
      cause: expect.any(TypeError),
    });
  });

  it('does not believe more bytes than the buffer has', () => {
    const reading = session(new ScriptedLibrary({ reads: [5] }));
    reading.openFile('a');
    expect(() => reading.read(new Uint8Array(4))).toThrow('claims 5 bytes in a buffer of 4 for a');
  });

  it('begins anew with the next file', () => {
    const library = new ScriptedLibrary({ reads: [0, 4] });
    const reading = session(library);
    reading.openFile('a');
    expect(reading.read(new Uint8Array(4))).toBe(0);
    reading.closeFile();
    expect(() => reading.read(new Uint8Array(4))).toThrow('read without an open file');
    reading.openFile('b');
    expect(reading.read(new Uint8Array(4))).toBe(4);
  });
});

describe('preparing', () => {
  it('passes the type as CSBACKUP_TYPE and 0 as grbitJet', () => {
    const library = new ScriptedLibrary({});
    NativeSession.prepare(library.nativeCalls, 'ca01', 'full');
    NativeSession.prepare(library.nativeCalls, 'ca01', 'logs-only');
    expect(library.prepared).toEqual([
      ['ca01', 0, 1],
      ['ca01', 0, 2],
    ]);
  });

  it('makes no further call after a failure', () => {
    const library = new ScriptedLibrary({ failing: { CertSrvBackupPrepareW: 0xc80001f9 } });
    expect(caught(() => session(library))).toMatchObject({ code: 'backup-in-progress', retryable: true });
    expect(library.calls).toEqual(['CertSrvBackupPrepareW']);
  });

  it('refuses a success without a handle', () => {
    expect(() => session(new ScriptedLibrary({ handle: null }))).toThrow('succeeded without a session handle');
  });

  it('passes the handle to every later call', () => {
    const library = new ScriptedLibrary({ reads: [0] });
    const running = session(library);
    running.openFile('a');
    running.read(new Uint8Array(1));
    running.closeFile();
    running.truncateLogs();
    running.end();
    expect(new Set(library.handles)).toEqual(new Set([handle]));
    expect(library.handles).toHaveLength(5);
  });
});

function session(library: ScriptedLibrary): NativeSession {
  return NativeSession.prepare(library.nativeCalls, 'ca01', 'full');
}

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
  }
  throw new Error('nothing was thrown');
}
