import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeDatabaseHeader, decodeLogHeader, logGeneration, readBackupInfo } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { type StandinCa, stateDigest } from '../src/index.ts';
import { backUp, begin, FULL, LOGS_ONLY, loadedCa, readAll, server, temporaryFolder } from './temporary-ca.ts';

async function closedLogs(ca: StandinCa): Promise<number[]> {
  return (await readdir(ca.logFolder)).flatMap((name) => logGeneration(name) ?? []).sort((one, other) => one - other);
}

/** A BKINFO of the first database's header, by its offset. */
async function note(ca: StandinCa, offset: number) {
  const page = await readFile(ca.databasePath);
  return readBackupInfo(new DataView(page.buffer, page.byteOffset, 4096), offset);
}
const [PREVIOUS_FULL, PREVIOUS_INCREMENTAL, PREVIOUS_COPY, PREVIOUS_DIFFERENTIAL] = [136, 160, 420, 444];

describe('headers of databases', () => {
  it.each([
    ['a session that lists logs', 'edb00006.log'],
    ['certificates being issued', 'edb00007.log'],
  ])('follow the current log when it is rolled by %s', async (by, next) => {
    const { ca, library } = await loadedCa({ moreDatabases: ['Archive'] });
    if (by.startsWith('a session')) backUp(library, FULL);
    else await ca.issueCertificates({ logs: 2 });
    const log = decodeLogHeader(await readFile(join(ca.logFolder, 'edb.log')));
    expect(log?.generation).toBe(logGeneration(next));
    for (const path of ca.databasePaths) {
      const file = await readFile(path);
      expect(file.subarray(0, 4096).equals(file.subarray(4096, 8192))).toBe(true);
      expect(decodeDatabaseHeader(file)?.requiredLogs).toMatchObject({
        maxRequired: log?.generation,
        maxRequiredCreatedAt: log?.createdAt,
        maxCommitted: log?.generation,
        maxCommittedCreatedAt: log?.createdAt,
      });
    }
  });

  it('tell copies and differentials from backups that others build on', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL);
    expect(await note(ca, PREVIOUS_FULL)).toBeUndefined();
    expect(await note(ca, PREVIOUS_COPY)).toMatchObject({ genLow: 3, genHigh: 5 });
    backUp(library, FULL, { truncate: true });
    expect(await note(ca, PREVIOUS_FULL)).toMatchObject({ genLow: 3, genHigh: 6 });
    backUp(library, LOGS_ONLY);
    expect(await note(ca, PREVIOUS_DIFFERENTIAL)).toMatchObject({ genLow: 3, genHigh: 7 });
    expect(await note(ca, PREVIOUS_INCREMENTAL)).toBeUndefined();
    backUp(library, LOGS_ONLY, { truncate: true });
    expect(await note(ca, PREVIOUS_INCREMENTAL)).toMatchObject({ genLow: 3, genHigh: 8 });
    backUp(library, FULL, { truncate: true });
    expect(await note(ca, PREVIOUS_INCREMENTAL)).toBeUndefined();
    expect(await note(ca, PREVIOUS_FULL)).toMatchObject({ genHigh: 9 });
  });
});

describe('creation times of logs', () => {
  it('are never the same, however fast logs are closed and by whom', async () => {
    const { ca, library } = await loadedCa({ logCount: 0 });
    for (let round = 0; round < 5; round += 1) {
      backUp(library, FULL);
      await ca.issueCertificates({ logs: 3 });
      await ca.backUpWithAnotherTool({ type: 'full', truncate: false });
    }
    const times = await Promise.all(
      (await closedLogs(ca)).map(async (generation) => {
        const name = `edb${generation.toString(16).padStart(5, '0').toUpperCase()}.log`;
        return decodeLogHeader(await readFile(join(ca.logFolder, name)))?.createdAt.getTime();
      }),
    );
    expect(times).toHaveLength(25);
    expect(new Set(times).size).toBe(25);
  });
});

describe('a reverted CA', () => {
  it('has all that was saved, and forks: same numbers and signatures, other times and contents', async () => {
    const { ca, library } = await loadedCa({ moreDatabases: ['Archive'] });
    const saved = join(await temporaryFolder(), 'saved');
    await ca.issueCertificates({ changedPages: 5 });
    const [state, generations] = [await stateDigest(ca), await closedLogs(ca)];
    await ca.saveState(saved);
    const future = async () => {
      await ca.issueCertificates({ changedPages: 5, appendedPages: 2, logs: 2 });
      backUp(library, FULL, { truncate: true });
      const path = join(ca.logFolder, 'edb00007.log');
      return {
        bytes: await readFile(path),
        state: await stateDigest(ca),
        header: decodeLogHeader(await readFile(path)),
      };
    };
    const one = await future();
    await ca.revertTo(saved);
    expect(await stateDigest(ca)).toBe(state);
    expect(await closedLogs(ca)).toEqual(generations);
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc8000230);
    const other = await future();
    expect(other.state).not.toBe(one.state);
    expect(other.header?.generation).toBe(one.header?.generation);
    expect(other.header?.logSignature).toEqual(one.header?.logSignature);
    expect(other.header?.createdAt).not.toEqual(one.header?.createdAt);
    expect(other.bytes.subarray(4096).equals(one.bytes.subarray(4096))).toBe(false);
  });

  it('goes back in its settings, but not in what tests ask of it', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    const saved = join(await temporaryFolder(), 'saved');
    await ca.saveState(saved);
    await ca.useCircularLogging(true);
    await ca.recordDigests(true);
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc800020e);
    await ca.revertTo(saved);
    backUp(library, LOGS_ONLY);
    expect((await ca.report()).digests.length).toBeGreaterThan(0);
    await expect(ca.saveState(saved)).rejects.toThrow(/exist/);
  });
});

describe('a snapshot', () => {
  it('is remembered as one of its kind, which the next streaming full takes the place of', async () => {
    const { ca, library } = await loadedCa({ moreDatabases: ['Archive'] });
    const kinds = () => Promise.all(ca.databasePaths.map(async (path) => (await readFile(path)).readUInt32LE(356)));
    await ca.takeSnapshot();
    expect(await kinds()).toEqual([1, 1]);
    backUp(library, FULL, { truncate: true });
    expect(await kinds()).toEqual([0, 0]);
  });

  it('leaves the logs, or truncates them', async () => {
    const { ca } = await loadedCa();
    await ca.takeSnapshot();
    expect(await note(ca, PREVIOUS_FULL)).toMatchObject({ genLow: 3, genHigh: 5 });
    expect(await closedLogs(ca)).toEqual([1, 2, 3, 4]);
    await ca.takeSnapshot({ truncate: true });
    expect(await closedLogs(ca)).toEqual([3, 4]);
  });
});

describe('another tool', () => {
  it('opens the way for logs only when it truncates, and leaves a gap to earlier backups', async () => {
    const { ca, library } = await loadedCa();
    await ca.backUpWithAnotherTool({ type: 'full', truncate: false });
    expect(await closedLogs(ca)).toEqual([1, 2, 3, 4, 5]);
    expect(await note(ca, PREVIOUS_COPY)).toMatchObject({
      mark: { generation: 5, sector: 6, byte: 0 },
      genLow: 3,
      genHigh: 5,
    });
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc8000230);
    await ca.backUpWithAnotherTool({ type: 'full', truncate: true });
    expect(await closedLogs(ca)).toEqual([3, 4, 5, 6]);
    await ca.issueCertificates({ logs: 4 });
    await ca.backUpWithAnotherTool({ type: 'logs-only', truncate: true });
    expect(await note(ca, PREVIOUS_INCREMENTAL)).toMatchObject({ genLow: 3, genHigh: 11 });
    expect(await closedLogs(ca)).toEqual([9, 10, 11]);
    backUp(library, LOGS_ONLY);
  });

  it('is refused what the engine refuses', async () => {
    const { ca, library } = await loadedCa();
    const logsOnly = { type: 'logs-only', truncate: false } as const;
    await expect(ca.backUpWithAnotherTool(logsOnly)).rejects.toThrow(
      'remembers no full backup that truncated (0xC8000230)',
    );
    await ca.takeSnapshot();
    await expect(ca.backUpWithAnotherTool(logsOnly)).rejects.toThrow('(0xC8000230)');
    await ca.useCircularLogging(true);
    await expect(ca.backUpWithAnotherTool(logsOnly)).rejects.toThrow('(0xC800020E)');
    const handle = begin(library);
    await expect(ca.backUpWithAnotherTool({ type: 'full', truncate: true })).rejects.toThrow('(0xC80001F9)');
    library.end(handle);
    await ca.backUpWithAnotherTool({ type: 'full', truncate: true });
  });
});

describe('circular logging', () => {
  it('deletes the logs below the checkpoint when one is closed', async () => {
    const { ca, library } = await loadedCa();
    await ca.useCircularLogging(true);
    await ca.issueCertificates({ logs: 3 });
    await ca.issueCertificates({ logs: 1 });
    expect(await closedLogs(ca)).toEqual([6, 7, 8]);
    await ca.issueCertificates({ logs: 0 });
    backUp(library, FULL);
    expect(await closedLogs(ca)).toEqual([7, 8, 9]);
  });

  it('keeps what a backup may have listed until it has ended', async () => {
    const { ca, library } = await loadedCa();
    await ca.useCircularLogging(true);
    const handle = begin(library);
    readAll(library, handle, library.databaseNames(handle));
    await ca.issueCertificates({ logs: 6 });
    const logs = readAll(library, handle, library.backupLogs(handle));
    expect(logs).toHaveLength(9);
    expect(library.end(handle)).toBe(0);
    await ca.issueCertificates({ logs: 1 });
    expect(await closedLogs(ca)).toEqual([9, 10, 11, 12]);
  });

  it('leaves a gap that a session for logs only notices when it is off again', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    await ca.useCircularLogging(true);
    for (let round = 0; round < 3; round += 1) await ca.issueCertificates({ logs: 3 });
    await ca.useCircularLogging(false);
    const handle = begin(library, LOGS_ONLY);
    expect(library.backupLogs(handle).hresult).toBe(0xc8000239);
    library.end(handle);
  });
});

describe('a gap before a session for logs only', () => {
  it('is noticed when a log is gone that no backup had', async () => {
    const { ca, library } = await loadedCa();
    backUp(library, FULL, { truncate: true });
    await ca.issueCertificates({ logs: 3 });
    for (const generation of await closedLogs(ca)) if (generation < 6) await ca.removeLog(generation);
    backUp(library, LOGS_ONLY);
    await ca.issueCertificates({ logs: 2 });
    await ca.removeLog(6);
    const handle = begin(library, LOGS_ONLY);
    expect(library.backupLogs(handle).hresult).toBe(0xc8000239);
    library.end(handle);
  });
});
