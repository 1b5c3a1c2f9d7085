import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCa } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import type { Place } from './place.ts';
import { cli, jsonLines } from './run-cli.ts';
import { backUp, labelsIn, newPast, type ToldBackup } from './told-backup.ts';

/** What becomes of backups when a page or log of the CA isn't good. */

const page = { file: 'Test CA.edb', number: 11, offset: 12 * 4096 + 100, bit: 3 };
const segment = { name: 'edb00003.log', number: 2, offset: 2 * 4096 + 100 };
const truncating = (type: string): string[] => ['--type', type, '--truncate-logs'];
const suspect = (sealed: string, found: string): ToldBackup['told'] => {
  return { exitCode: 14, sealed, found: [found], warnings: ['not-truncated'], error: 'set-suspect' };
};
const refused = { exitCode: 14, warnings: ['cleanup-failed'], error: 'source-damaged' };
const soundFull = { exitCode: 0, sealed: 'full, sound' };
const soundLogs = { exitCode: 0, sealed: 'logs-only, sound' };

/** Flips bit 3 of a byte on the CA's disk. */
async function flipOnDisk(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8() ^ 8);
  await file.write(byte, 0, 1, offset);
  await file.close();
}

function expectNoLogLost({ isTruncated, logsBefore, logsAfter }: ToldBackup): void {
  expect(isTruncated).toBe(false);
  expect(logsAfter).toEqual(expect.arrayContaining([...logsBefore]));
}

describe('one flipped bit in a page', () => {
  it('that the engine notices fails the read: no set, and logs only go on', async () => {
    const place = await newPast();
    const before = await labelsIn(place);
    await flipOnDisk(place.ca.databasePath, page.offset);
    const run = await backUp(place, ...truncating('full'));
    expect(run.told).toEqual(refused);
    expect(run.stderr).toMatch(/^no set was sealed; those before are as they were$/m);
    expect(run.stderr).toMatch(
      /^error: CertSrvBackupRead failed: a database page is damaged \(0xC80003FA, .*-1018\)$/m,
    );
    expect(run.stderr).toMatch(/^hint: {2}Delete and truncate nothing and keep the old sets: /m);
    expectNoLogLost(run);
    expect(await labelsIn(place)).toEqual(before);
    expect((await backUp(place, ...truncating('auto'))).told).toEqual(soundLogs);
  });

  it('that comes on the way makes the set suspect: never latest, and the next automatic run takes a full one', async () => {
    const place = await newPast();
    const [first = ''] = await labelsIn(place);
    await place.ca.setFaults({ flipBits: [page] });
    const run = await backUp(place, ...truncating('full'));
    expect(run.told).toEqual(suspect('full, suspect', 'page-bit-flipped'));
    expectNoLogLost(run);
    const message = 'Test CA.edb: page 11 has one flipped bit, bit 3 of byte 100';
    const found = { code: 'page-bit-flipped', message, file: page.file, number: page.number, offset: 12 * 4096 };
    expect(run.lines).toContainEqual(expect.objectContaining({ type: 'content-found', ...found }));
    expect(run.ended).toMatchObject({ sound: false, findings: 1, isTruncated: false, checks: { contents: 'failed' } });
    const label = String(run.ended['label']);
    expect(run.stderr).toContain(`found: ${message}\n`);
    expect(run.stderr).toContain(`error: the set ${label} is suspect: ${message}\nhint:  Delete and truncate nothing`);

    const shown = await cli(['show', place.sink, 'latest']);
    expect(shown.stderr).toBe(`latest is not ${label}: it is suspect: ${message}\n`);
    expect(shown.stdout).toContain(`Set ${first}\n`);
    const restored = await cli(['restore', place.sink, label, '--to', join(place.folder, 'suspect')]);
    expect(restored.exitCode).toBe(3);
    expect(restored.stderr).toMatch(new RegExp(`^warning: ${label} is suspect and cannot be restored as it should`));
    expect(restored.stdout).toMatch(/^The files of set \S+ are written, but they are not fit to be put back\.$/m);
    expect(restored.stdout).not.toContain('net stop');
    expect(restored.stdout).toMatch(/^Restorable: NO\n(.*\n)* {2}Test CA\.edb: it has damage/m);

    const strict = await backUp(place, ...truncating('full'), '--strict');
    expect(strict.told).toEqual({ exitCode: 14, found: ['page-bit-flipped'], error: 'set-suspect' });
    expect(strict.stderr).toMatch(
      /^error: the set \S+-full was not sealed: Test CA\.edb: page 11 has one flipped bit/m,
    );
    expect(await labelsIn(place)).toEqual([first, label]);
    expectNoLogLost(strict);

    await place.ca.clearFaults();
    const next = await backUp(place, ...truncating('auto'));
    expect(next.told).toEqual({ ...soundFull, fullSince: expect.stringContaining(`the full set ${label} is suspect`) });
    const { stdout } = await cli(['verify', place.sink, '--json']);
    expect(jsonLines(stdout).flatMap(({ verdict }) => verdict ?? [])).toMatchObject([
      { restorable: 'complete' },
      { restorable: 'no' },
      { restorable: 'complete' },
    ]);
  });
});

describe('one flipped bit in a log', () => {
  it('that the engine notices fails the read of every list with that log in it', async () => {
    const place = await newPast();
    await flipOnDisk(join(place.ca.logFolder, segment.name), segment.offset);
    const run = await backUp(place, ...truncating('logs-only'));
    expect(run.told).toEqual(refused);
    expect(run.stderr).toMatch(/^error: CertSrvBackupRead failed: a log is damaged \(0xC8000264, /m);
    expectNoLogLost(run);
    expect(await labelsIn(place)).toHaveLength(1);
    // The full one begins behind it, and its database holds what the log said.
    expect((await backUp(place, ...truncating('auto'))).told).toEqual({
      ...soundFull,
      fullSince: expect.stringContaining('a log is damaged (0xC8000264'),
    });
    await place.ca.issueCertificates({ logs: 2 });
    expect((await backUp(place, ...truncating('auto'))).told).toEqual(soundLogs);
  });

  it('that it does not notice makes the set suspect, and the next automatic run takes a full one', async () => {
    const place = await newPast();
    await flipOnDisk(join(place.ca.logFolder, segment.name), segment.offset);
    await place.ca.checkReads(false);
    const message = 'edb00003.log: segment 2 has one flipped bit, bit 3 of byte 100';
    const found = { type: 'content-found', message, file: segment.name, number: segment.number };
    const run = await backUp(place, ...truncating('auto'));
    expect(run.told).toEqual(suspect('logs-only, suspect', 'segment-bit-flipped'));
    expect(run.lines).toContainEqual(expect.objectContaining(found));
    expect(run.stderr).toContain(`is suspect: ${message}\n`);
    expectNoLogLost(run);

    const label = String(run.ended['label']);
    const to = join(place.folder, 'restored');
    const restored = await cli(['restore', place.sink, label, '--to', to]);
    expect(restored.exitCode).toBe(3);
    expect(restored.stderr).toMatch(/^warning: \S+ is suspect and can be restored, but not to its own end$/m);
    expect(restored.stdout).toMatch(/^Restorable: not to its own end, with at least all that the CA had issued by /m);
    const logs = (await readdir(join(to, 'DataBase'))).filter((name) => name.endsWith('.log'));
    expect(logs).toEqual(['edb00001.log', 'edb00002.log']);

    const next = await backUp(place, ...truncating('auto'));
    expect(next.told).toEqual({ ...soundFull, fullSince: expect.stringMatching(/the newest set \S+ is suspect$/) });
    await place.ca.issueCertificates({ logs: 2 });
    expect((await backUp(place, ...truncating('auto'))).told).toEqual(soundLogs);
  });
});

interface LostLog {
  readonly harm: (place: Place) => Promise<void>;
  readonly error: string;
  readonly message: RegExp;
  readonly auto: ToldBackup['told'];
}

const lostLogs: Readonly<Record<string, LostLog>> = {
  'that somebody removed': {
    harm: async ({ ca }) => await ca.removeLog(3),
    error: 'log-missing',
    message: /^error: CertSrvBackupGetBackupLogsW failed: a log to back up is missing \(0xC8000239, /m,
    auto: { ...soundFull, fullSince: expect.stringContaining('0xC8000239') },
  },
  'of another CA in place of ours': {
    harm: async ({ ca, folder }) => {
      const shape = { name: 'Other CA', seed: 9, databaseBytes: 256 * 1024, logCount: 4 };
      await ca.putLogOf(await createCa(join(folder, 'other'), shape), 3);
    },
    error: 'history-forked',
    message: /^error: .*\blog [34]\b/m,
    auto: { exitCode: 3, sealed: 'full, sound', warnings: ['history-forked'], fullSince: expect.any(String) },
  },
};

describe.each(Object.entries(lostLogs))('a log %s', (_name, { harm, error, message, auto }) => {
  it('is no part of any set; an automatic run takes a full one, which begins behind it', async () => {
    const place = await newPast();
    const before = await labelsIn(place);
    await harm(place);
    const run = await backUp(place, ...truncating('logs-only'));
    expect(run.told).toEqual({ exitCode: 14, error });
    expect(run.stderr).toMatch(message);
    expectNoLogLost(run);
    expect(await labelsIn(place)).toEqual(before);
    expect((await backUp(place, ...truncating('auto'))).told).toEqual(auto);
    await place.ca.issueCertificates({ logs: 2 });
    expect((await backUp(place, ...truncating('auto'))).told).toEqual(soundLogs);
  });
});

it('logs that the engine leaves out of its list make the set suspect', async () => {
  const place = await newPast();
  await place.ca.setFaults({ emptyLists: [{ call: 'CertSrvBackupGetBackupLogsW', shape: 'nul' }] });
  const run = await backUp(place, ...truncating('full'));
  expect(run.told).toEqual(suspect('full, suspect', 'log-missing'));
  expect(run.stderr).toMatch(/^found: logs? \d.* missing from the chain$/m);
  expect(run.stderr).toContain(
    'Take a full set (--type full --truncate-logs), and find out what deletes logs of this CA',
  );
  expectNoLogLost(run);
  await place.ca.clearFaults();
  expect((await backUp(place, ...truncating('auto'))).told).toMatchObject(soundFull);
});
