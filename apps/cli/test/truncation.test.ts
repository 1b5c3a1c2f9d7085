import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newPlace, normalised, type Place } from './place.ts';
import { cli } from './run-cli.ts';
import { backUp, labelsIn, newPast } from './told-backup.ts';

/** What `--truncate-logs` does to the CA's log folder, and what is told of it. */

/** The `outcome.json` of the newest set. */
async function newestOutcome({ sink }: Place): Promise<unknown> {
  const names = (await readdir(sink, { recursive: true })).filter((name) => name.endsWith('.outcome.json'));
  return JSON.parse(await readFile(join(sink, names.sort().at(-1) ?? ''), 'utf8'));
}

it('deletes what the checkpoint has passed, in full and logs-only runs; output and outcome say what was there', async () => {
  const place = await newPlace({ logCount: 4 });
  const full = await cli([...place.backup, '--truncate-logs']);
  expect(normalised(full.stdout, place)).toContain(`
  logs        4 to 5
  log folder  before: 5 logs (1 to 5), 5.0 MiB; FREE
              after:  2 logs (4 to 5), 2.0 MiB; FREE
`);
  expect(full.stdout).toContain(`
3 logs deleted on the CA. What a restore needs of them is in this chain: keep all its sets together.
Only one tool may truncate the logs of a CA: two ruin each other's sets.
`);
  expect(full).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('warning') });

  await place.ca.issueCertificates({ changedPages: 3, logs: 3 });
  const run = await backUp(place, '--type', 'logs-only', '--truncate-logs');
  expect(run.told).toEqual({ exitCode: 0, sealed: 'logs-only, sound' });
  expect([run.logsBefore, run.logsAfter]).toEqual([
    [4, 5, 6, 7, 8],
    [8, 9],
  ]);
  const folder = { readable: true, path: place.ca.logFolder, freeBytes: expect.any(Number) };
  const after = { ...folder, logCount: 2, lowestGeneration: 8, highestGeneration: 9, logBytes: 2 * 2 ** 20 };
  const truncation = { before: { ...folder, logCount: 6, lowestGeneration: 4, highestGeneration: 9 }, after };
  expect(run.ended).toMatchObject({ isTruncated: true, truncation, logFolder: after });
  expect(await newestOutcome(place)).toMatchObject({ truncation, logFolder: after, warnings: [] });
  const shown = normalised((await cli(['show', place.sink, 'latest'])).stdout, place);
  expect(shown).toMatch(/^ {2}session +ended .*, logs truncated$/m);
  expect(shown).toMatch(/^ {2}log folder +before: 6 logs \(4 to 9\), 6\.0 MiB; FREE\n +after: {2}2 logs \(8 to 9\)/m);
});

it('is not called without being asked for: then nothing is deleted, and auto goes on taking full sets', async () => {
  const place = await newPlace({ logCount: 4 });
  const run = await backUp(place);
  expect(run).toMatchObject({ isTruncated: false, logsBefore: [1, 2, 3, 4], logsAfter: [1, 2, 3, 4, 5] });
  expect((await backUp(place, '--type', 'auto')).told).toEqual({
    exitCode: 0,
    sealed: 'full, sound',
    fullSince: expect.stringContaining('no full backup to build on (0xC8000230'),
  });
});

it('that deletes nothing is told as that, and becomes a warning when the logs keep growing', async () => {
  const place = await newPlace({ logCount: 64 });
  await place.ca.setFaults({ truncateNothing: true });
  const first = await cli([...place.backup, '--truncate-logs']);
  expect(first.stdout).toContain('and had none to delete: nothing is wrong.\n');
  const runs = [];
  for (const type of ['auto', 'auto']) {
    await place.ca.issueCertificates({ logs: 2 });
    runs.push(await backUp(place, '--type', type, '--truncate-logs'));
  }
  const sound = { exitCode: 0, sealed: 'logs-only, sound' };
  expect(runs.map(({ told }) => told)).toEqual([sound, { ...sound, exitCode: 3, warnings: ['logs-keep-growing'] }]);
  expect(runs.at(-1)?.stderr).toMatch(/^warning: .*CertLog holds more logs after each of the last 3 truncating runs$/m);
  expect(runs.at(-1)?.stderr).toMatch(/^hint: {2}Truncation succeeds, but deletes less than is written: /m);
  expect(await labelsIn(place)).toHaveLength(3);
});

it('that the CA refuses is a warning, the set is sound, and the next automatic run takes a full one', async () => {
  const place = await newPlace();
  await place.ca.setFaults({ fail: [{ call: 'CertSrvBackupTruncateLogs', nth: 1, hresult: 0xc8000209 }] });
  const run = await backUp(place, '--truncate-logs');
  expect(run.told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['truncation-failed'] });
  expect(run.ended).toMatchObject({ isTruncated: false });
  expect(run.stderr).toMatch(/^warning: the logs were not truncated: CertSrvBackupTruncateLogs failed: /m);
  expect((await cli(['show', place.sink, 'latest'])).stdout).toMatch(/^ {2}session +ended .*, no logs deleted$/m);
  await place.ca.clearFaults();
  expect((await backUp(place, '--type', 'auto', '--truncate-logs')).told).toEqual({
    exitCode: 0,
    sealed: 'full, sound',
    fullSince: expect.stringContaining('no full backup to build on (0xC8000230'),
  });
});

it('is advised when there are many logs', async () => {
  const place = await newPlace({ firstGeneration: 0x200 });
  const names = Array.from({ length: 256 }, (_, index) => `edb${(index + 1).toString(16).padStart(5, '0')}.log`);
  // Below the checkpoint: nobody reads them.
  await Promise.all(names.map((name) => writeFile(join(place.ca.logFolder, name), 'old')));
  const run = await backUp(place);
  expect(run.told).toEqual({ exitCode: 3, sealed: 'full, sound', warnings: ['many-logs'] });
  expect(run.stderr).toMatch(/^warning: .*CertLog holds 258 logs\nhint: {2}Nothing truncates them: /m);
  expect(await newestOutcome(place)).toMatchObject({ warnings: [{ code: 'many-logs' }] });
  expect((await backUp(place, '--truncate-logs')).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
});

it('is left out when nobody can see whether the manifests that a restore needs are still there', async () => {
  const place = await newPast();
  const { sink, backup } = place;
  const [, , ...flags] = backup;
  const where = `faulty://${sink}?method=stat&code=sink-denied`;
  const run = await backUp({ ...place, backup: ['backup', where, ...flags] }, '--type', 'auto', '--truncate-logs');
  expect(run.told).toEqual({ exitCode: 13, error: 'sink-denied' });
  expect(run.stderr).toMatch(/^set \S+-logs-only is sealed: it stays$/m);
  expect(run).toMatchObject({ isTruncated: false, logsBefore: [1, 2, 3, 4], logsAfter: [1, 2, 3, 4, 5] });
});
