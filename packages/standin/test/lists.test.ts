import { describe, expect, it } from 'vitest';
import type { Library, ListAnswer } from './library.ts';
import { begin, entriesOf, loadedCa, readAll } from './temporary-ca.ts';

/** As the server sees a path of this machine. */
function unc(host: string, path: string): string {
  const local = path.startsWith('/') ? `C$${path}` : path.replace(':', '$');
  return `\\\\${host}\\${local.replaceAll('/', '\\')}`;
}

function expectSize(answer: ListAnswer, text: string): void {
  expect(answer.text).toBe(text);
  expect(answer.sizeBytes).toBe(text.length * 2);
}

describe('lists', () => {
  it('carry tags, admin shares of the full host name, and end in two NULs', async () => {
    const host = 'PKI-SRV01.corp.example';
    const { ca, library } = await loadedCa({ host, name: 'Zertifizierungsstelle Süd 😀' });
    const { handle } = library.prepare('pki-srv01', 1);
    const [database, logs] = [unc(host, ca.databasePath), unc(host, ca.logFolder)];
    const locations = library.locations(handle);
    expectSize(locations, `D${database}\0\u0083${logs}\0\u0082${logs}\0\0`);
    entriesOf(library, locations);
    const databases = library.databaseNames(handle);
    expectSize(databases, `D${database}\0\0`);
    readAll(library, handle, databases);
    const logList = library.backupLogs(handle);
    expectSize(logList, `${[3, 4, 5].map((generation) => `!${logs}\\edb0000${generation}.log\0`).join('')}\0`);
    entriesOf(library, logList);
    const dynamic = library.dynamicFiles(handle);
    const enroll = unc(host, ca.enrollFolder);
    const name = 'Zertifizierungsstelle Süd 😀';
    expectSize(dynamic, `${enroll}\\${name}+.crl\0${enroll}\\${name}.crl\0\0`);
    entriesOf(library, dynamic);
    library.end(handle);
  });

  it('have log names of eight digits from generation 0x100000 on', async () => {
    const { library } = await loadedCa({ firstGeneration: 0xffffe, logCount: 2, checkpointLag: 2 });
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    const names = entriesOf(library, library.backupLogs(handle)).map((entry) => entry.split('\\').at(-1));
    expect(names).toEqual(['edbFFFFE.log', 'edbFFFFF.log', 'edb00100000.log']);
    library.end(handle);
  });
});

describe('buffers', () => {
  async function listed(): Promise<{ library: Library; answer: ListAnswer; report: () => Promise<unknown> }> {
    const { ca, library } = await loadedCa();
    const handle = begin(library);
    const answer = library.locations(handle);
    library.end(handle);
    return { library, answer, report: async () => (await ca.report()).buffers };
  }
  const clean = { allocated: 1, left: 0, freedTwice: 0, freedUnknown: 0, overwritten: 0 };

  it('that nobody freed are counted', async () => {
    const { report } = await listed();
    expect(await report()).toEqual({ ...clean, left: 1 });
  });

  it('freed twice, or not ours, are noticed', async () => {
    const { library, answer, report } = await listed();
    library.free(answer.buffer);
    library.free(answer.buffer);
    library.free(answer.buffer + 2n);
    expect(await report()).toEqual({ ...clean, freedTwice: 1, freedUnknown: 1 });
  });

  it('written to outside their bounds are noticed', async () => {
    const { library, answer, report } = await listed();
    library.overwrite(answer.buffer, answer.sizeBytes);
    library.free(answer.buffer);
    expect(await report()).toEqual({ ...clean, overwritten: 1 });
  });
});
