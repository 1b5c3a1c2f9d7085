import { cp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCheckpoint, decodeDatabaseHeader, decodeLogHeader, sealHeader } from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { type CaShape, type StandinCa, stateDigest } from '../src/index.ts';
import { chainFindings, databaseFacts, logFacts } from './checked-files.ts';
import type { Library } from './library.ts';
import { backUp, backUpTo, FULL, LOGS_ONLY, loadedCa, server, temporaryCa, temporaryFolder } from './temporary-ca.ts';

interface BackedUp {
  readonly ca: StandinCa;
  readonly library: Library;
  readonly folder: string;
}

/** A CA and what a full session of it gave: logs 3 to 7. */
async function backedUp(shape: CaShape = {}): Promise<BackedUp> {
  const { ca, library } = await loadedCa(shape);
  const folder = await temporaryFolder();
  let rounds = 2;
  const between = async () => {
    if (rounds > 0) await ca.issueCertificates({ changedPages: 5, appendedPages: 1 });
    rounds -= 1;
  };
  await backUpTo(folder, library, { between });
  return { ca, library, folder };
}

async function currentLog(ca: StandinCa) {
  const header = decodeLogHeader(await readFile(join(ca.logFolder, 'edb.log')));
  if (header === undefined) throw new Error('the current log has no header');
  return header;
}

/** Turns a bit; a negative offset counts from the end. */
async function flip(path: string, from: number): Promise<void> {
  const file = await open(path, 'r+');
  const offset = from < 0 ? (await file.stat()).size + from : from;
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 4]), 0, 1, offset);
  await file.close();
}

describe('a restored CA', () => {
  it.each<CaShape>([{}, { pageSize: 8192, moreDatabases: ['Archive'] }])(
    'is what it was, and goes on: %o',
    async (shape) => {
      const { ca, library, folder } = await backedUp(shape);
      const state = await stateDigest(ca);
      const before = await currentLog(ca);
      await ca.issueCertificates({ changedPages: 9, logs: 2 });
      await ca.restoreFrom(folder);
      expect(await stateDigest(ca)).toBe(state);
      const restored = await currentLog(ca);
      const last = decodeLogHeader(await readFile(join(ca.logFolder, 'edb00007.log')));
      expect(restored).toMatchObject({
        generation: 8,
        previousCreatedAt: last?.createdAt,
        logSignature: before.logSignature,
        attached: before.attached,
      });
      expect(restored.createdAt).not.toEqual(before.createdAt);
      for (const path of ca.databasePaths) {
        const file = await readFile(path);
        const header = decodeDatabaseHeader(file);
        expect(header?.currentFullBackup).toMatchObject({ genLow: 3, genHigh: 7 });
        expect(header?.requiredLogs).toMatchObject({ minRequired: 8, maxRequired: 8, maxCommitted: 8 });
        expect(header?.requiredLogs.maxCommittedCreatedAt).toEqual(restored.createdAt);
        expect(databaseFacts(file, 'database').trailer).toBeUndefined();
      }
      const checkpoint = checkCheckpoint(await readFile(join(ca.logFolder, 'edb.chk')));
      expect(checkpoint).toMatchObject({ findings: [], facts: { position: { generation: 8, sector: 1, byte: 0 } } });
      backUp(library, FULL, { truncate: true });
      await ca.issueCertificates({ changedPages: 2 });
      backUp(library, LOGS_ONLY);
    },
  );

  it('has forked: its next logs have numbers that others had', async () => {
    const { ca, library, folder } = await backedUp();
    await ca.issueCertificates({ changedPages: 3, logs: 2 });
    const lost = await readFile(join(ca.logFolder, 'edb00008.log'));
    await ca.restoreFrom(folder);
    await ca.issueCertificates({ changedPages: 3, logs: 2 });
    const forked = await readFile(join(ca.logFolder, 'edb00008.log'));
    expect(decodeLogHeader(forked)?.createdAt).not.toEqual(decodeLogHeader(lost)?.createdAt);
    expect(decodeLogHeader(forked)?.logSignature).toEqual(decodeLogHeader(lost)?.logSignature);
    const later = await temporaryFolder();
    await backUpTo(later, library);
    const names = (await readdir(later)).filter((name) => name.endsWith('.log'));
    const logs = await Promise.all(names.map(async (name) => logFacts(await readFile(join(later, name)), undefined)));
    const database = databaseFacts(await readFile(join(later, 'Demo Issuing CA 1.edb')), 'streaming-copy');
    expect(chainFindings(logs, database)).toEqual([]);
    expect(chainFindings([...logs.slice(1), logFacts(lost, 8)], database)).not.toEqual([]);
  });

  it('remembers no full that came after, so it refuses logs only', async () => {
    const { ca, library } = await loadedCa();
    const folder = await temporaryFolder();
    await backUpTo(folder, library, { truncate: true });
    await ca.restoreFrom(folder);
    expect(library.prepare(server, LOGS_ONLY).hresult).toBe(0xc8000230);
  });
});

describe('a restore is refused', () => {
  const database = 'Demo Issuing CA 1.edb';
  const refusals: readonly (readonly [string, (folder: string) => Promise<unknown>, string])[] = [
    ['the restore map', (folder) => rm(join(folder, 'certbkxp.dat')), 'ENOENT'],
    ['the database', (folder) => rm(join(folder, database)), 'ENOENT'],
    ['all logs', (folder) => removeLogs(folder, [3, 4, 5, 6, 7]), 'needs logs 3 to 7, but log 3 is missing (-554)'],
    ['the lowest log', (folder) => removeLogs(folder, [3]), 'needs logs 3 to 7, but log 3 is missing (-554)'],
    ['the highest log', (folder) => removeLogs(folder, [7]), 'needs logs 3 to 7, but log 7 is missing (-553)'],
    ['a log between', (folder) => removeLogs(folder, [5]), 'a log is missing between generations 4 and 6 (-528)'],
  ];
  it.each(refusals)('without %s', async (_what, damage, message) => {
    const { ca, folder } = await backedUp();
    const before = await stateDigest(ca);
    await damage(folder);
    await expect(ca.restoreFrom(folder)).rejects.toThrow(message);
    expect(await stateDigest(ca)).toBe(before);
  });

  async function removeLogs(folder: string, generations: readonly number[]): Promise<void> {
    for (const generation of generations) await rm(join(folder, `edb0000${generation}.log`));
  }

  const damages: readonly (readonly [string, (folder: string) => Promise<unknown>, string])[] = [
    ["a log's header", (folder) => flip(join(folder, 'edb00004.log'), 100), 'edb00004.log has a damaged header (-501)'],
    [
      "a log's segment",
      (folder) => flip(join(folder, 'edb00004.log'), 9000),
      'edb00004.log is damaged at segment 2 (-501)',
    ],
    [
      'a page',
      (folder) => flip(join(folder, database), 20 * 4096 + 99),
      'page 19 of Demo Issuing CA 1.edb is damaged (-1018)',
    ],
    ["the database's header", (folder) => flip(join(folder, database), 500), 'has a damaged header (-1018)'],
    ['the trailer', (folder) => flip(join(folder, database), -100), 'has a bad trailer: its end is lost (-535)'],
  ];
  it.each(damages)('with damage in %s', async (_what, damage, message) => {
    const { ca, folder } = await backedUp();
    await damage(folder);
    await expect(ca.restoreFrom(folder)).rejects.toThrow(message);
  });

  it('with the end of the database cut off, or with the trailer of another backup', async () => {
    const { ca, folder } = await backedUp();
    const path = join(folder, database);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, -1));
    await expect(ca.restoreFrom(folder)).rejects.toThrow(`${database} ends within a page (-561)`);
    await writeFile(path, whole.subarray(0, -4096));
    await expect(ca.restoreFrom(folder)).rejects.toThrow('has a bad trailer: its end is lost (-535)');
    const other = Buffer.from(whole);
    const trailer = other.subarray(-4096);
    trailer.writeUInt16LE(trailer.readUInt16LE(42) + 1, 42);
    sealHeader(trailer);
    await writeFile(path, other);
    await expect(ca.restoreFrom(folder)).rejects.toThrow(`the trailer of ${database} doesn't fit its header (-552)`);
  });

  it.each([
    ['is for pages of another size (-1213)', (header: Buffer) => header.writeUInt16LE(8192, 14)],
    ['is of another database (-1206)', (header: Buffer) => header.writeUInt8(header.readUInt8(671 + 36) ^ 1, 671 + 36)],
  ])('with a log that %s', async (message, change) => {
    const { ca, folder } = await backedUp();
    const path = join(folder, 'edb00007.log');
    const log = await readFile(path);
    change(log);
    sealHeader(log.subarray(0, 4096));
    await writeFile(path, log);
    await expect(ca.restoreFrom(folder)).rejects.toThrow(`edb00007.log ${message}`);
  });

  it('with the log of another past where the header knows when it was created', async () => {
    const { ca, folder } = await backedUp();
    const generation = decodeDatabaseHeader(await readFile(join(folder, database)))?.requiredLogs.maxCommitted;
    expect(generation).toBe(5);
    for (const name of ['edb00006.log', 'edb00007.log']) await rm(join(folder, name));
    const path = join(folder, 'edb00005.log');
    const log = await readFile(path);
    log.writeUInt8((log.readUInt8(16) + 1) % 60, 16);
    sealHeader(log.subarray(0, 4096));
    await writeFile(path, log);
    const refused = ca.restoreFrom(folder);
    await expect(refused).rejects.toThrow("edb00005.log is not the log that the database's header means (-530)");
  });

  it('with a log cut off, or under a wrong name', async () => {
    const { ca, folder } = await backedUp();
    const path = join(folder, 'edb00004.log');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, 500_000));
    await expect(ca.restoreFrom(folder)).rejects.toThrow('edb00004.log has not the size it says (-541)');
    await writeFile(path, whole.subarray(0, 100));
    await expect(ca.restoreFrom(folder)).rejects.toThrow('edb00004.log has a damaged header (-501)');
    await writeFile(path, await readFile(join(folder, 'edb00005.log')));
    await expect(ca.restoreFrom(folder)).rejects.toThrow('edb00004.log is of generation 5 (-515)');
  });

  it('with a log of another CA, or of another past of this one', async () => {
    const { ca, folder } = await backedUp();
    const other = await temporaryCa({ seed: 2, logCount: 8 });
    const path = join(folder, 'edb00005.log');
    const own = await readFile(path);
    await writeFile(path, await readFile(join(other.logFolder, 'edb00005.log')));
    await expect(ca.restoreFrom(folder)).rejects.toThrow('edb00005.log is of another stream (-530)');
    const changed = Buffer.from(own);
    changed.writeUInt8((changed.readUInt8(16) + 1) % 60, 16);
    sealHeader(changed.subarray(0, 4096));
    await writeFile(path, changed);
    await expect(ca.restoreFrom(folder)).rejects.toThrow('edb00006.log follows another log of generation 5 (-515)');
    const unsealed = Buffer.from(own);
    unsealed.writeUInt8(unsealed.readUInt8(653) ^ 1, 653);
    sealHeader(unsealed.subarray(0, 4096));
    await writeFile(path, unsealed);
    await expect(ca.restoreFrom(folder)).rejects.toThrow(
      'edb00005.log seals other segments than those before it (-590)',
    );
  });

  it('with logs of another CA altogether, or the database of one', async () => {
    const { ca, folder } = await backedUp();
    const other = await loadedCa({ seed: 2 });
    const otherFolder = await temporaryFolder();
    await backUpTo(otherFolder, other.library);
    await cp(join(folder, database), join(otherFolder, database));
    await expect(ca.restoreFrom(otherFolder)).rejects.toThrow('edb00003.log is of another stream (-530)');
  });

  it('of files that are no backup', async () => {
    const { ca, folder } = await backedUp();
    for (const name of ['edb.log', 'edb.chk']) {
      await cp(join(ca.logFolder, name), join(folder, name));
      await expect(ca.restoreFrom(folder)).rejects.toThrow(`holds ${name}, which belongs to no backup`);
      await rm(join(folder, name));
    }
    await rename(join(folder, database), join(folder, 'copy'));
    await cp(ca.databasePath, join(folder, database));
    await expect(ca.restoreFrom(folder)).rejects.toThrow(`${database} is not a streaming copy (-615)`);
  });
});
