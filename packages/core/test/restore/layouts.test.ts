import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RestoreOptions, type RestoreReport, restoreSet } from '@adcs-backup/core';
import { logFileName } from '@adcs-backup/ese';
import { describe, expect, test } from 'vitest';
import { noise, temporaryFolder } from '../arrange.ts';
import { BackupLine } from '../backup-line.ts';
import { DATABASE_NAME } from '../ca-history.ts';

const CRL = '\\\\ca01\\C$\\CertEnroll\\Test CA.crl';

/** A full set and two of logs only, each with a CRL of its own. */
async function lineOfThree(): Promise<{ readonly line: BackupLine; readonly labels: readonly string[] }> {
  const line = new BackupLine();
  line.ca.issue(3);
  const labels: string[] = [];
  for (const [seed, type] of (['full', 'logs-only', 'logs-only'] as const).entries()) {
    const script = { dynamicFiles: { [CRL]: noise(900, seed) } };
    labels.push((await line.sealed(type, { truncateLogs: true, script })).label);
    line.ca.issue();
  }
  return { line, labels };
}

async function restored(line: BackupLine, label: string, options: Partial<RestoreOptions>): Promise<RestoreReport> {
  return await restoreSet(line.sink, await line.entry(label), { to: temporaryFolder(), ...options });
}

/** Folders and files, with slashes. */
function tree(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.map((name) => name.replaceAll('\\', '/')).toSorted((one, other) => (one < other ? -1 : 1));
}

describe('restoring logs only', () => {
  test('into a single folder gives the database of the full set, all logs, and the CRL of the set itself', async () => {
    const { line, labels } = await lineOfThree();
    const [full = '', , last = ''] = labels;
    const report = await restored(line, last, {});
    expect(tree(report.to)).toEqual([
      'DataBase',
      `DataBase/${DATABASE_NAME}`,
      'DataBase/certbkxp.dat',
      ...[3, 4, 5, 6, 7, 8].map((generation) => `DataBase/edb0000${generation}.log`),
      'DynamicFiles',
      'DynamicFiles/Test CA.crl',
      'restored-set.json',
    ]);
    expect(report.folders).toEqual([{ label: full, path: report.to }]);
    expect(readFileSync(join(report.to, 'DynamicFiles/Test CA.crl')).equals(noise(900, 2))).toBe(true);
    await line.expectSound(last);
  });

  test('in the layout per set gives each set a folder with its new generations only', async () => {
    const { line, labels } = await lineOfThree();
    const [full = '', first = '', last = ''] = labels;
    const report = await restored(line, last, { layout: 'per-set' });
    expect(tree(report.to)).toEqual([
      full,
      `${full}/DataBase`,
      `${full}/DataBase/${DATABASE_NAME}`,
      `${full}/DataBase/certbkxp.dat`,
      `${full}/DataBase/edb00003.log`,
      `${full}/DataBase/edb00004.log`,
      first,
      `${first}/DataBase`,
      `${first}/DataBase/certbkxp.dat`,
      `${first}/DataBase/edb00005.log`,
      `${first}/DataBase/edb00006.log`,
      last,
      `${last}/DataBase`,
      `${last}/DataBase/certbkxp.dat`,
      `${last}/DataBase/edb00007.log`,
      `${last}/DataBase/edb00008.log`,
      `${last}/DynamicFiles`,
      `${last}/DynamicFiles/Test CA.crl`,
      'restored-set.json',
    ]);
    expect(report.folders).toEqual(labels.map((label) => ({ label, path: join(report.to, label) })));
    const expected = line.expected.get(last);
    for (const { role, name, path } of report.files.filter((file) => file.role !== 'dynamic')) {
      const bytes = role === 'database' ? expected?.database.bytes : expected?.logs[name];
      expect(bytes?.equals(readFileSync(path)), name).toBe(true);
    }
  });

  test('tells in its report what it is made of', async () => {
    const { line, labels } = await lineOfThree();
    const [full = '', , last = ''] = labels;
    const report = await restored(line, last, {});
    expect(report).toMatchObject({
      label: last,
      sound: true,
      verdict: {
        restorable: 'complete',
        base: full,
        needed: { lowest: 3, highest: 4 },
        logs: { lowest: 3, highest: 8 },
        reachesAt: new Date('2026-01-05T08:08:00.123Z'),
      },
    });
    const document: unknown = JSON.parse(readFileSync(join(report.to, 'restored-set.json'), 'utf8'));
    expect(document).toMatchObject({
      label: last,
      verdict: { restorable: 'complete' },
      folders: [{ label: full, path: '' }],
    });
    expect(document).toHaveProperty(
      'files',
      expect.arrayContaining([expect.objectContaining({ path: 'DataBase/edb00004.log', set: full })]),
    );
  });

  test('stops before the first bad log', async () => {
    const { line } = await lineOfThree();
    const prepare = () => {
      const logs = line.ca.logsFrom(8);
      return { logs: { ...logs, 'edb00009.log': Buffer.alloc(65_536, 1) } };
    };
    const { label } = await line.sealed('logs-only', { script: { prepare } });
    for (const layout of ['single', 'per-set'] as const) {
      const report = await restored(line, label, { layout });
      expect(report).toMatchObject({
        sound: false,
        verdict: { restorable: 'partly', logs: { lowest: 3, highest: 8 } },
      });
      expect(report.verdict.reasons).toContain(`edb00009.log of ${label} is damaged`);
      expect(tree(report.to).filter((path) => path.endsWith('edb00009.log'))).toEqual([]);
    }
  });

  test.each(['single', 'per-set'] as const)('takes a good copy of a bad log from another set (%s)', async (layout) => {
    const { line } = await lineOfThree();
    // The next full set begins with the log that the last set ends with, but its own copy is bad.
    const prepare = () => {
      const { written, current } = line.ca.state;
      const logs = { ...line.ca.script().prepare?.('full').logs };
      const bad = Buffer.from(written.get(current - 1)?.bytes ?? []).fill(1, 5000, 5010);
      return { logs: { ...logs, [logFileName(current - 1)]: bad } };
    };
    await line.sealed('logs-only');
    const { label } = await line.sealed('full', { script: { prepare } });
    const report = await restored(line, label, { layout });
    expect(report).toMatchObject({ sound: false, verdict: { restorable: 'complete', base: label } });
    expect(report.folders.map((folder) => folder.label)).toEqual([label]);
    const names = report.files.map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set([DATABASE_NAME, logFileName(10), logFileName(11)]));
    for (const { name, path } of report.files.filter(({ role }) => role === 'log')) {
      expect(line.expected.get(label)?.logs[name]?.equals(readFileSync(path)), name).toBe(true);
    }
    const { verdict } = await line.verify(label);
    expect(verdict?.reasons).toContainEqual(expect.stringContaining(`${logFileName(10)}: segment 1 `));
  });

  test('is refused when the full set is not there, and the target stays as it was', async () => {
    const { line, labels } = await lineOfThree();
    const [full = '', , last = ''] = labels;
    line.sink.remove((await line.entry(full)).manifestKey);
    const to = temporaryFolder();
    await expect(restored(line, last, { to })).rejects.toMatchObject({
      code: 'integrity-failed',
      message: `${last} can't be restored: its full set is not there`,
      hint: expect.stringContaining('Another copy of the sink'),
    });
    expect(tree(to)).toEqual([]);
  });
});

test.each([
  ['single', 'per-set'],
  ['per-set', 'single'],
] as const)('overwriting the layout %s by %s leaves nothing of the old one', async (before, after) => {
  const { line, labels } = await lineOfThree();
  const [, , last = ''] = labels;
  const to = temporaryFolder();
  await restored(line, last, { to, layout: before });
  await expect(restored(line, last, { to, layout: after })).rejects.toMatchObject({ code: 'target-not-empty' });
  await restored(line, last, { to, layout: after, overwrite: true });
  const fresh = await restored(line, last, { layout: after });
  expect(tree(to)).toEqual(tree(fresh.to));
});

test('a chain of 100 sets restores from its newest one, and verifies', async () => {
  const line = new BackupLine();
  await line.full();
  for (let count = 1; count < 100; count += 1) {
    line.ca.issue();
    await line.sealed('logs-only', { truncateLogs: true });
  }
  const { label } = await line.entry();
  expect(await line.verify()).toMatchObject({ intact: true, verdict: { logs: { lowest: 1, highest: 199 } } });
  line.sink.calls.length = 0;
  await line.expectSound(label.text);
  const report = await restored(line, label.text, { layout: 'per-set' });
  expect(report.folders).toHaveLength(100);
  expect(report.files.filter(({ role }) => role === 'log')).toHaveLength(199);
});
