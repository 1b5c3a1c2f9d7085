import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupOptions, findSet, listSets, restoreSet } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { backUp, noise, TestClock, temporaryFolder, testCa } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';
import { folderOf, missing, runScript } from './by-hand-copy.ts';

type Logs = Readonly<Record<string, Uint8Array>>;

const databases = { 'Test CA.edb': validDatabase({ seeds: [1, 0, 2] }) };
const fullLabel = '20261101T100000Z-full';
const labels = ['20261102T100000Z-logs-only', '20261103T100000Z-logs-only'] as const;
const newest = labels[1];

/** A full set of the first of November with logs 1 and 2, and a set of logs for each day after it. */
async function chainOf(logsOnly: readonly Logs[], full: Logs = validLogs()): Promise<MemorySink> {
  const sink = new MemorySink();
  for (const [index, logs] of [full, ...logsOnly].entries()) {
    const dynamicFiles = { '\\\\ca01\\C$\\CertEnroll\\Test CA.crl': noise(900, index) };
    const options: Partial<BackupOptions> = {
      type: index === 0 ? 'full' : 'logs-only',
      clock: new TestClock(`2026-11-0${index + 1}T10:00:00Z`),
      truncateLogs: true,
    };
    const { result } = await backUp(sink, testCa({ databases, logs, dynamicFiles }), options);
    expect(result.at).toBe('finished');
  }
  return sink;
}

/** Days after a good one: logs 2 to 4, then 4 to 6. */
const goodDays = [validLogs({ first: 2, last: 4 }), validLogs({ first: 4, last: 6 })];

function damaged(logs: Logs, name: string): Logs {
  const bytes = Buffer.from(logs[name] ?? new Uint8Array(0));
  bytes.writeUInt8(bytes.readUInt8(20_000) ^ 1, 20_000);
  return { ...logs, [name]: bytes };
}

function contentOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'restored-set.json');
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort((one, other) => (one < other ? -1 : 1))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'base64')]),
  );
}

/** The script brings back what adcs-backup does; what it said. */
async function expectSame(sink: MemorySink, label: string): Promise<string> {
  const [byTool, byHand] = [temporaryFolder(), temporaryFolder()];
  const report = await restoreSet(sink, await findSet(sink, { label }), { to: byTool });
  const { status, said } = runScript([folderOf(sink), label, byHand]);
  expect(status).toBe(0);
  expect(contentOf(byHand)).toEqual(contentOf(byTool));
  expect(said.includes('\nwhole  ')).toBe(report.verdict.restorable === 'complete');
  return said;
}

describe.skipIf(missing.length > 0)('restore-by-hand.py puts a logs-only set together', () => {
  test.each([fullLabel, ...labels])('as adcs-backup does: %s', async (label) => {
    const said = await expectSame(await chainOf(goodDays), label);
    const last = [fullLabel, ...labels].indexOf(label) * 2 + 2;
    expect(said.match(/DataBase\/edb\d+/g)?.at(-1)).toBe(`DataBase/edb0000${last}`);
    expect(said).toContain(`Test CA.edb  196,608 bytes, every block checked; of ${fullLabel}; on the CA: `);
    expect(said).toContain(`whole       ${last + 2} files in `);
    expect(said).not.toContain('CAUTION');
  });

  test('with a good copy of a log where an earlier set has a damaged one', async () => {
    const days = [damaged(validLogs({ first: 2, last: 4 }), 'edb00003.log'), validLogs({ first: 3, last: 6 })];
    const said = await expectSame(await chainOf(days), newest);
    expect(said).toContain(`edb00003.log  65,536 bytes, every block checked; of ${newest}`);
    expect(said).toContain(`CAUTION     the set ${labels[0]} is suspect`);
  });

  test('up to the first log that is missing', async () => {
    const days = [validLogs({ first: 2, last: 3 }), validLogs({ first: 5, last: 6 })];
    const said = await expectSame(await chainOf(days), newest);
    expect(said).toContain('CAUTION     no good edb00004.log follows');
    expect(said).toContain('PARTLY      5 files in ');
    expect(said).not.toContain('RECOVERED');
  });

  test('up to the first log that does not follow the one before', async () => {
    const stranger = validLogs({ first: 3, last: 4, history: 1, forkAt: 2 });
    const said = await expectSame(await chainOf([], { ...validLogs(), ...stranger }), fullLabel);
    expect(said).toContain('CAUTION     no good edb00003.log follows');
    expect(said).toContain('PARTLY      4 files in ');
  });

  test('and says when the database cannot do without what is missing', async () => {
    const said = await expectSame(await chainOf([], damaged(validLogs(), 'edb00002.log')), fullLabel);
    expect(said).toContain("CAUTION     WITHOUT THEM THE DATABASE CAN'T BE RECOVERED");
    expect(said).toContain('PARTLY      3 files in ');
  });

  test('without a set between whose manifest is lost, as far as that goes', async () => {
    const sink = await chainOf([validLogs({ first: 2, last: 4 }), validLogs({ first: 2, last: 6 })]);
    const [, between] = await listSets(sink);
    sink.replace(between?.manifestKey ?? '', Buffer.from('{'));
    const said = await expectSame(sink, newest);
    expect(said).toContain(`CAUTION     a set was left out: ${between?.manifestKey} is not readable JSON`);
    expect(said).toContain('whole       8 files in ');
  });

  test('or, when asked, only what the set itself holds, damaged or not', async () => {
    const logs = damaged(validLogs({ first: 4, last: 6 }), 'edb00005.log');
    const to = temporaryFolder();
    const { status, said } = runScript([folderOf(await chainOf([logs])), labels[0], to, '--as-stored']);
    expect(status).toBe(0);
    expect(said).toContain('CAUTION     the set holds logs only');
    expect(said).toContain('edb00005.log: ');
    expect([...contentOf(to).keys()]).toEqual([
      'DataBase/certbkxp.dat',
      'DataBase/edb00004.log',
      'DataBase/edb00005.log',
      'DataBase/edb00006.log',
      'DynamicFiles/Test CA.crl',
    ]);
    for (const [name, bytes] of Object.entries(logs)) expect(readFileSync(join(to, 'DataBase', name))).toEqual(bytes);
  });

  test('but not without its full set', async () => {
    const sink = await chainOf(goodDays);
    const folder = folderOf(sink);
    const [full] = await listSets(sink);
    writeFileSync(join(folder, full?.manifestKey ?? ''), '{');
    const { status, failure } = runScript([folder, newest, temporaryFolder()]);
    expect({ status, failure }).toEqual({
      status: 1,
      failure: `FAILED, nothing was restored: the full set that ${newest} builds on is not there`,
    });
  });
});
