import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeDatabaseHeader, decodeLogHeader, isHeaderValid, isSegmentValid } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { openCa, type StandinCa } from '../src/index.ts';
import type { Library } from './library.ts';
import { backUp, begin, entriesOf, FULL, LOGS_ONLY, loadedCa, readAll, readWhole, server } from './temporary-ca.ts';

const MISSING_FULL_BACKUP = 0xc8000230;

async function closedLogs(ca: StandinCa): Promise<string[]> {
  return (await readdir(ca.logFolder)).filter((name) => /^edb[0-9A-F]+\.log$/.test(name));
}

/** Names of the logs that a session of this type lists. The session is given up. */
function listedLogs(library: Library, type: 1 | 2): (string | undefined)[] {
  const handle = begin(library, type);
  if (type === FULL) readAll(library, handle, library.databaseNames(handle));
  const entries = entriesOf(library, library.backupLogs(handle));
  library.end(handle);
  return entries.map((entry) => entry.split('\\').at(-1));
}

describe('listing logs', () => {
  it('closes the current log and begins one that fits it', async () => {
    const { ca, library } = await loadedCa();
    const before = await readFile(join(ca.logFolder, 'edb.log'));
    backUp(library, FULL);
    const [closed, current] = await Promise.all(
      ['edb00005.log', 'edb.log'].map((name) => readFile(join(ca.logFolder, name))),
    );
    expect(closed).toEqual(before);
    const next = decodeLogHeader(current ?? before);
    expect(isHeaderValid(current?.subarray(0, 4096) ?? before)).toBe(true);
    const view = new DataView(before.buffer, before.byteOffset, before.length);
    const seal = [1, 2, 3, 4, 5].reduce((sum, sector) => sum ^ view.getBigUint64(sector * 4096, true), 0n);
    const previous = decodeLogHeader(before);
    expect(next).toMatchObject({ generation: 6, previousSeal: seal, previousCreatedAt: previous?.createdAt });
    expect(next?.logSignature).toEqual(previous?.logSignature);
    expect(Math.abs((next?.createdAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(isSegmentValid(new DataView(current?.buffer ?? before.buffer, current?.byteOffset), 1)).toBe(true);
    expect(await closedLogs(ca)).toHaveLength(5);
  });

  it('begins at the checkpoint in a full session, at the lowest log in one for logs only', async () => {
    const { library } = await loadedCa({ logCount: 6, checkpointLag: 3 });
    expect(listedLogs(library, FULL)).toEqual(['edb00004.log', 'edb00005.log', 'edb00006.log', 'edb00007.log']);
    backUp(library, FULL, { truncate: true });
    expect(listedLogs(library, LOGS_ONLY)).toEqual([4, 5, 6, 7, 8, 9].map((generation) => `edb0000${generation}.log`));
  });

  it('fails where a log is missing', async () => {
    const { ca, library } = await loadedCa({ checkpointLag: 3 });
    await rm(join(ca.logFolder, 'edb00003.log'));
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    expect(library.backupLogs(handle).hresult).toBe(0xc8000239);
    library.end(handle);
    await rm(join(ca.logFolder, 'edb00002.log'));
    const next = begin(library);
    readAll(library, next, library.databaseNames(next));
    expect(library.backupLogs(next).hresult).toBe(0xc80001fd);
    library.end(next);
  });

  it('gives logs byte for byte', async () => {
    const { ca, library } = await loadedCa();
    await ca.issueCertificates({ logs: 2 });
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    for (const entry of entriesOf(library, library.backupLogs(handle))) {
      const disk = await readFile(join(ca.logFolder, entry.split('\\').at(-1) ?? ''));
      expect(readWhole(library, handle, entry.slice(1)).equals(disk)).toBe(true);
    }
    expect(library.end(handle)).toBe(0);
  });
});

describe('truncating logs', () => {
  it('deletes those below the checkpoint only', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    expect(await closedLogs(ca)).toEqual(['edb00003.log', 'edb00004.log', 'edb00005.log']);
  });

  it('deletes none that was closed after the logs were listed, however far the checkpoint has come', async () => {
    const { ca, library } = await loadedCa();
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    readAll(library, handle, library.backupLogs(handle));
    await ca.issueCertificates({ changedPages: 3, logs: 6 });
    expect(library.truncate(handle)).toBe(0);
    expect(library.end(handle)).toBe(0);
    expect(await closedLogs(ca)).toEqual(['06', '07', '08', '09', '0A', '0B'].map((digits) => `edb000${digits}.log`));
    backUp(library, LOGS_ONLY);
  });

  it('is refused until every listed log was read', async () => {
    const { ca, library } = await loadedCa();
    const handle = begin(library);
    expect(library.truncate(handle)).toBe(0xc8000209);
    readAll(library, handle, library.databaseNames(handle));
    const [first = ''] = entriesOf(library, library.backupLogs(handle));
    expect(library.truncate(handle)).toBe(0xc8000268);
    readWhole(library, handle, first.slice(1));
    expect(library.truncate(handle)).toBe(0xc8000268);
    library.end(handle);
    expect(await closedLogs(ca)).toHaveLength(5);
  });

  it('may succeed and delete nothing', async () => {
    const { ca, library } = await loadedCa();
    await ca.setFaults({ truncateNothing: true });
    backUp(library, FULL, { truncate: true });
    expect(await closedLogs(ca)).toHaveLength(5);
  });
});

describe('a session for logs only', () => {
  it('needs a full one that truncated', async () => {
    const { ca, library } = await loadedCa();
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(MISSING_FULL_BACKUP);
    backUp(library, FULL);
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(MISSING_FULL_BACKUP);
    backUp(library, FULL, { truncate: true });
    const previous = decodeDatabaseHeader(await readFile(ca.databasePath))?.previousFullBackup;
    expect(previous).toMatchObject({ genLow: 3, genHigh: 6 });
    backUp(library, LOGS_ONLY);
    await (await openCa(ca.folder)).issueCertificates({ logs: 3 });
    backUp(library, LOGS_ONLY, { truncate: true });
    expect(await closedLogs(ca)).toEqual(['edb00009.log', 'edb0000A.log', 'edb0000B.log']);
  });

  it('needs it to be the last full one: not one of another kind', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    await ca.takeSnapshot();
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(MISSING_FULL_BACKUP);
    backUp(library, FULL, { truncate: true });
    backUp(library, LOGS_ONLY);
  });

  it('is refused with circular logging', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    await ca.useCircularLogging(true);
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc800020e);
    await ca.useCircularLogging(false);
    backUp(library, LOGS_ONLY);
  });
});
