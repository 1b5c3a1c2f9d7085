import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseChecker, decodeDatabaseHeader, logGeneration } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { replayLogs, stateDigest } from '../src/index.ts';
import { decodeRecords, encodeRecords, RECORDS_PER_SEGMENT } from '../src/redo-record.ts';
import { backUpTo, loadedCa, temporaryFolder } from './temporary-ca.ts';

async function logsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => logGeneration(name) !== undefined).map((name) => join(folder, name));
}

describe('a restored full', () => {
  it('has the state that the CA had, once its logs are replayed', async () => {
    const { ca, library } = await loadedCa();
    await ca.issueCertificates({ changedPages: 20, appendedPages: 5, logs: 3 });
    const folder = await temporaryFolder();
    await backUpTo(folder, library);
    const copy = join(folder, basename(ca.databasePath));
    const state = await stateDigest(ca);
    expect(await stateDigest(copy)).toBe(state);
    expect(await replayLogs(copy, await logsIn(folder))).toMatchObject({ changedPages: 0 });
    expect(await stateDigest(copy)).toBe(state);
    await ca.issueCertificates({ changedPages: 1, logs: 0 });
    expect(await stateDigest(ca.databasePath)).not.toBe(state);
  });

  it('made while certificates were issued is fuzzy, and recovered by its logs', async () => {
    const { ca, library } = await loadedCa({ databaseBytes: 2 ** 20, moreDatabases: ['Archive'] });
    const folder = await temporaryFolder();
    let round = 0;
    await backUpTo(folder, library, {
      between: async () => {
        round += 1;
        if (round > 30) return;
        await ca.issueCertificates({ changedPages: 40, appendedPages: round % 3, logs: round % 2 });
      },
    });
    const state = await stateDigest(ca);
    const copies = ca.databasePaths.map((path) => join(folder, basename(path)));
    expect(await stateDigest(copies)).not.toBe(state);
    for (const copy of copies) {
      const { records, changedPages } = await replayLogs(copy, await logsIn(folder));
      expect(changedPages).toBeGreaterThan(50);
      expect(records).toBeGreaterThan(changedPages);
    }
    expect(await stateDigest(copies)).toBe(state);
    expect(await stateDigest(ca.databasePath)).toBe(await stateDigest(copies.slice(0, 1)));
    for (const copy of copies) expect(await replayLogs(copy, await logsIn(folder))).toMatchObject({ changedPages: 0 });
    expect(await stateDigest(copies)).toBe(state);
  });

  it('gets what later logs-only sets know', async () => {
    const { ca, library } = await loadedCa();
    const folder = await temporaryFolder();
    await backUpTo(folder, library, { truncate: true });
    for (let round = 0; round < 3; round += 1) {
      await ca.issueCertificates({ changedPages: 6, appendedPages: round, logs: round });
      await backUpTo(folder, library, { type: 2, truncate: round === 1 });
    }
    const copy = join(folder, basename(ca.databasePath));
    const { changedPages, highestGeneration } = await replayLogs(copy, await logsIn(folder));
    expect(changedPages).toBeGreaterThan(5);
    expect(await stateDigest(copy)).toBe(await stateDigest(ca));
    const header = decodeDatabaseHeader(await readFile(copy));
    expect(header?.currentFullBackup).toMatchObject({ genLow: 3, genHigh: 5 });
    expect(header?.requiredLogs).toMatchObject({ minRequired: 3, maxRequired: highestGeneration });
    const checker = new DatabaseChecker({ expected: 'database' });
    checker.feed(await readFile(copy));
    expect(checker.end()).toMatchObject({ findings: [], facts: { trailer: undefined } });
  });
});

describe('records of what was changed', () => {
  it('come back from a segment, and from nothing else', () => {
    const records = Array.from({ length: RECORDS_PER_SEGMENT }, (_, index) => {
      return { databaseId: 2, page: index + 1, seed: 7920, version: 9, dbTime: 2 ** 40 + index };
    });
    expect(decodeRecords(encodeRecords(records))).toEqual(records);
    expect(decodeRecords(encodeRecords([]))).toEqual([]);
    expect(decodeRecords(new Uint8Array(4056).fill(7))).toEqual([]);
  });

  it('fill as many logs as they need', async () => {
    const { ca, library } = await loadedCa({ databaseBytes: 2 ** 20 });
    const folder = await temporaryFolder();
    await backUpTo(folder, library);
    // 254 segments of a log, of which 249 were free, take 168 records each.
    for (let round = 0; round < 2; round += 1) await ca.issueCertificates({ appendedPages: 22_000, logs: 0 });
    const closed = (await readdir(ca.logFolder)).filter((name) => logGeneration(name) !== undefined);
    expect(closed).toHaveLength(6);
    const copy = join(folder, basename(ca.databasePath));
    await ca.backUpWithAnotherTool({ type: 'full', truncate: false });
    expect(await replayLogs(copy, await logsIn(ca.logFolder))).toMatchObject({ records: 44_000, changedPages: 44_000 });
    expect(await stateDigest(copy)).toBe(await stateDigest(ca));
  });
});

describe('the state of a database', () => {
  it('is that of its pages alone', async () => {
    const { ca, library } = await loadedCa();
    const before = await stateDigest(ca);
    await backUpTo(await temporaryFolder(), library, { truncate: true });
    expect(await stateDigest(ca)).toBe(before);
    expect((await stat(ca.databasePath)).size).toBe(256 * 1024);
  });

  it('is that of nothing when there are no pages, and asks for a database', async () => {
    const { ca } = await loadedCa();
    const folder = await temporaryFolder();
    const empty = join(folder, 'empty.edb');
    await writeFile(empty, (await readFile(ca.databasePath)).subarray(0, 8192));
    expect(await stateDigest(empty)).toBe(await stateDigest([]));
    await writeFile(empty, Buffer.alloc(100));
    await expect(stateDigest(empty)).rejects.toThrow('empty.edb is not an ESE database');
  });
});
