import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkPage,
  decodeCheckpointPosition,
  decodeDatabaseHeader,
  decodeLogHeader,
  isHeaderValid,
  isSegmentValid,
  type LogHeader,
} from '@adcs-backup/ese';
import { describe, expect, it } from 'vitest';
import { openCa, type StandinCa } from '../src/index.ts';
import { temporaryCa } from './temporary-ca.ts';

async function pageConditions(ca: StandinCa, pageSize = 4096): Promise<{ valid: number; zero: number; bad: number }> {
  const file = await readFile(ca.databasePath);
  expect(isHeaderValid(file.subarray(0, pageSize))).toBe(true);
  expect(file.subarray(0, pageSize).equals(file.subarray(pageSize, 2 * pageSize))).toBe(true);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found = { valid: 0, zero: 0, bad: 0 };
  for (let offset = 2 * pageSize; offset < file.length; offset += pageSize) {
    found[checkPage(view, { offset, number: offset / pageSize - 1 }, pageSize)] += 1;
  }
  return found;
}

/** Every log in order, the current one last; each checked against the one before. */
async function checkedLogs(ca: StandinCa): Promise<LogHeader[]> {
  const names = (await readdir(ca.logFolder)).filter((name) => name.endsWith('.log')).sort();
  const headers: LogHeader[] = [];
  let seal = 0n;
  // `edb.log` sorts before `edb00001.log`, as a dot comes before a digit.
  for (const name of [...names.slice(1), 'edb.log']) {
    const bytes = await readFile(join(ca.logFolder, name));
    const header = decodeLogHeader(bytes);
    if (header === undefined) throw new Error(`${name} has no header`);
    expect(isHeaderValid(bytes.subarray(0, 4096))).toBe(true);
    const previous = headers.at(-1);
    if (previous !== undefined) {
      expect(header).toMatchObject({ generation: previous.generation + 1, previousCreatedAt: previous.createdAt });
      expect(header.createdAt).not.toEqual(previous.createdAt);
    }
    expect(header.previousSeal).toBe(seal);
    seal = sealOf(bytes);
    headers.push(header);
  }
  return headers;
}

function sealOf(bytes: Buffer): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let seal = 0n;
  for (let sector = 1; sector < 255 && view.getUint32(sector * 4096 + 36, true) !== 0; sector += 1) {
    expect(isSegmentValid(view, sector)).toBe(true);
    seal ^= view.getBigUint64(sector * 4096, true);
  }
  return seal;
}

describe('making a CA', () => {
  it('writes a valid database, a valid log stream and a checkpoint', async () => {
    const ca = await temporaryCa({ logCount: 5 });
    expect((await stat(ca.databasePath)).size).toBe(256 * 1024);
    expect(await pageConditions(ca)).toEqual({ valid: 54, zero: 8, bad: 0 });
    const logs = await checkedLogs(ca);
    expect(logs.map((log) => log.generation)).toEqual([1, 2, 3, 4, 5, 6]);
    const checkpoint = await readFile(join(ca.logFolder, 'edb.chk'));
    expect(isHeaderValid(checkpoint.subarray(0, 4096))).toBe(true);
    expect(decodeCheckpointPosition(checkpoint).generation).toBe(4);
    const header = decodeDatabaseHeader(await readFile(ca.databasePath));
    expect(header?.logSignature).toEqual(logs[0]?.logSignature);
    expect(header?.requiredLogs).toEqual({
      minRequired: 4,
      maxRequired: 6,
      maxRequiredCreatedAt: logs[5]?.createdAt,
      maxCommitted: 6,
      maxCommittedCreatedAt: logs[5]?.createdAt,
    });
  });

  it('gives the same files for the same seed only', async () => {
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => temporaryCa({ seed })));
    for (const path of [
      'CertLog/edb00001.log',
      'CertLog/edb00004.log',
      'CertLog/Demo Issuing CA 1.edb',
      'CertEnroll/Demo Issuing CA 1.crl',
    ]) {
      const [first, second, third] = await Promise.all(
        [one, same, other].map((ca) => readFile(join(ca?.folder ?? '', path))),
      );
      expect(first).toEqual(second);
      expect(first).not.toEqual(third);
    }
  });

  it('has a file for each CRL', async () => {
    const ca = await temporaryCa({ name: 'CA', dynamicFiles: 3 });
    expect((await readdir(ca.enrollFolder)).sort()).toEqual(['CA(2).crl', 'CA+.crl', 'CA.crl']);
  });

  it('makes pages of every size, several databases, and log names of eight digits', async () => {
    const ca = await temporaryCa({ pageSize: 32768, moreDatabases: ['Other'], firstGeneration: 0xffffe });
    expect((await pageConditions(ca, 32768)).bad).toBe(0);
    const names = await readdir(ca.logFolder);
    expect(names).toContain('Other.edb');
    expect(names.filter((name) => /^edb[0-9A-F]+\.log$/.test(name))).toEqual([
      'edb00100000.log',
      'edb00100001.log',
      'edbFFFFE.log',
      'edbFFFFF.log',
    ]);
  });
});

describe('issuing certificates', () => {
  it('changes as many pages as asked, adds pages, and closes logs', async () => {
    const ca = await temporaryCa();
    const before = await readFile(ca.databasePath);
    await ca.issueCertificates({ changedPages: 7, appendedPages: 3, logs: 2 });
    const after = await readFile(ca.databasePath);
    expect(after.length - before.length).toBe(3 * 4096);
    let changed = 0;
    for (let at = 8192; at < before.length; at += 4096) {
      if (!before.subarray(at, at + 4096).equals(after.subarray(at, at + 4096))) changed += 1;
    }
    expect(changed).toBe(7);
    expect((await pageConditions(ca)).bad).toBe(0);
    const logs = await checkedLogs(ca);
    expect(logs.at(-1)?.generation).toBe(7);
    const { requiredLogs } = decodeDatabaseHeader(after) ?? {};
    expect(requiredLogs).toMatchObject({ minRequired: 5, maxCommitted: 7 });
    expect(requiredLogs?.maxCommittedCreatedAt).toEqual(logs.at(-1)?.createdAt);
  });

  it('writes other content each time, also through a CA opened again', async () => {
    const ca = await temporaryCa();
    const contents = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      contents.add((await readFile(ca.databasePath)).toString('latin1', 8192));
      await (await openCa(ca.folder)).issueCertificates({ changedPages: 1 });
    }
    expect(contents.size).toBe(3);
  });
});
