import { describe, expect, it } from 'vitest';
import { backUp, begin, entriesOf, FULL, LOGS_ONLY, loadedCa, readAll, readWhole, server } from './temporary-ca.ts';

const INVALID_SEQUENCE = 0xc8000209;
const INVALID_HANDLE = 0x80070006;
const INVALID_ARGUMENT = 0x80070057;
const RPC_UNAVAILABLE = 0x800706ba;
const BACKUP_IN_PROGRESS = 0xc80001f9;
const FILE_NOT_FOUND = 0xc8000713;
const INVALID_PARAMETER = 0xc80003eb;

describe('order of calls', () => {
  it('goes through a full session without complaint, and leaves nothing behind', async () => {
    const { ca, library } = await loadedCa();
    expect(library.isServerOnline(server)).toEqual({ hresult: 0, online: 1 });
    backUp(library, FULL, { truncate: true });
    const report = await ca.report();
    expect(report.calls.every((call) => call.hresult === 0)).toBe(true);
    expect(report.buffers).toEqual({ allocated: 2, left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 });
    expect(report.sessions).toEqual({ begun: 1, left: 0 });
  });

  it('knows its machine by full name, first name and config string only', async () => {
    const { library } = await loadedCa({ host: 'PKI-SRV01.corp.example', name: 'Acme CA' });
    for (const name of ['PKI-SRV01.corp.example', 'pki-srv01', 'PKI-SRV01.corp.example\\Acme CA']) {
      expect(library.isServerOnline(name)).toEqual({ hresult: 0, online: 1 });
    }
    for (const name of ['', 'pki', 'pki-srv01.other.example', 'pki-srv01\\Other CA']) {
      expect(library.isServerOnline(name).hresult).toBe(RPC_UNAVAILABLE);
      expect(library.prepare(name, FULL).hresult).toBe(RPC_UNAVAILABLE);
    }
  });

  it('refuses unknown types and options', async () => {
    const { library } = await loadedCa();
    expect(library.prepare(server, FULL, 1).hresult).toBe(INVALID_ARGUMENT);
    expect(library.prepare(server, 3 as 1).hresult).toBe(INVALID_ARGUMENT);
  });

  it('has one session at a time', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    expect(library.prepare(server, FULL).hresult).toBe(BACKUP_IN_PROGRESS);
    library.end(handle);
    expect(library.end(begin(library))).toBe(INVALID_SEQUENCE);
  });

  it('takes no handle after the end, nor one that was never given out', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    library.end(handle);
    const next = begin(library);
    expect(next).not.toBe(handle);
    for (const wrong of [handle, 0n, next & 0xffffffffn]) {
      expect(library.databaseNames(wrong).hresult).toBe(INVALID_HANDLE);
      expect(library.end(wrong)).toBe(INVALID_HANDLE);
    }
    library.end(next);
  });

  it('opens names from its own lists only, and only once listed', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    const [entry = ''] = entriesOf(library, library.locations(handle));
    expect(library.openFile(handle, entry.slice(1)).hresult).toBe(FILE_NOT_FOUND);
    entriesOf(library, library.databaseNames(handle));
    expect(library.openFile(handle, entry).hresult).toBe(FILE_NOT_FOUND);
    expect(library.openFile(handle, entry.slice(1)).hresult).toBe(0);
    library.end(handle);
  });

  it('has one open file at a time, and closes only what is open', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    const [name = ''] = entriesOf(library, library.databaseNames(handle)).map((entry) => entry.slice(1));
    expect(library.close(handle)).toBe(INVALID_SEQUENCE);
    expect(library.read(handle, new Uint8Array(65536)).hresult).toBe(INVALID_SEQUENCE);
    expect(library.openFile(handle, name).hresult).toBe(0);
    expect(library.openFile(handle, name).hresult).toBe(0xc80003f3);
    expect(library.backupLogs(handle).hresult).toBe(INVALID_SEQUENCE);
    expect(library.truncate(handle)).toBe(INVALID_SEQUENCE);
    expect(library.close(handle)).toBe(0);
    library.end(handle);
  });

  it('gives logs only after every database was read to its end, and once', async () => {
    const { library } = await loadedCa({ moreDatabases: ['Other'] });
    const handle = begin(library);
    expect(library.backupLogs(handle).hresult).toBe(INVALID_SEQUENCE);
    const [first = '', second = ''] = entriesOf(library, library.databaseNames(handle)).map((entry) => entry.slice(1));
    readWhole(library, handle, first);
    expect(library.backupLogs(handle).hresult).toBe(INVALID_SEQUENCE);
    readWhole(library, handle, second);
    readAll(library, handle, library.backupLogs(handle));
    expect(library.backupLogs(handle).hresult).toBe(INVALID_SEQUENCE);
    expect(library.end(handle)).toBe(0);
  });

  it('opens no database and lists none after the logs', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    const databases = entriesOf(library, library.databaseNames(handle)).map((entry) => entry.slice(1));
    for (const name of databases) readWhole(library, handle, name);
    entriesOf(library, library.backupLogs(handle));
    expect(library.openFile(handle, databases[0] ?? '').hresult).toBe(INVALID_SEQUENCE);
    expect(library.databaseNames(handle).hresult).toBe(INVALID_SEQUENCE);
    library.end(handle);
  });

  it('names databases in full sessions only', async () => {
    const { library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    const handle = begin(library, LOGS_ONLY);
    expect(library.databaseNames(handle).hresult).toBe(INVALID_SEQUENCE);
    expect(entriesOf(library, library.locations(handle))).toHaveLength(3);
    library.end(handle);
  });

  it('ends with success only when everything was fetched, but always ends', async () => {
    const { ca, library } = await loadedCa();
    const abandoned = begin(library);
    expect(library.end(abandoned)).toBe(INVALID_SEQUENCE);
    const withOpenFile = begin(library);
    const [name = ''] = entriesOf(library, library.databaseNames(withOpenFile));
    library.openFile(withOpenFile, name.slice(1));
    expect(library.end(withOpenFile)).toBe(INVALID_SEQUENCE);
    backUp(library, FULL);
    expect((await ca.report()).sessions).toEqual({ begun: 3, left: 0 });
  });

  it('reads whole pages only, three of them at first', async () => {
    const { library } = await loadedCa();
    const handle = begin(library);
    const [name = ''] = entriesOf(library, library.databaseNames(handle));
    library.openFile(handle, name.slice(1));
    const buffer = new Uint8Array(65536);
    for (const wrong of [0, 4095, 8192, 12289]) {
      expect(library.read(handle, buffer, wrong)).toEqual({ hresult: INVALID_PARAMETER, got: 0 });
    }
    expect(library.read(handle, buffer, 12288)).toEqual({ hresult: 0, got: 12288 });
    expect(library.read(handle, buffer, 4096)).toEqual({ hresult: 0, got: 4096 });
    library.end(handle);
  });
});
