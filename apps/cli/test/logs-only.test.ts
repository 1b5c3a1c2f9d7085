import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareRestored, type RestoredFile, replayLogs, stateDigest } from '@adcs-backup/standin';
import { describe, expect, it } from 'vitest';
import type { Place } from './place.ts';
import { newPlace, normalised } from './place.ts';
import { cli, type JsonObject, jsonLines } from './run-cli.ts';
import { backUp, labelsIn } from './told-backup.ts';

/** Sets that hold logs only: put together with their full set, they give back what the CA handed out. */

/** A full set and two logs-only sets, certificates issued before each; what was handed out is recorded. */
async function newChain(): Promise<Place> {
  const place = await newPlace();
  await place.ca.recordDigests(true);
  for (const type of ['full', 'logs-only', 'auto']) {
    await place.ca.issueCertificates({ changedPages: 4, appendedPages: 1, logs: 2 });
    const { told } = await backUp(place, '--type', type, '--truncate-logs');
    expect(told.exitCode).toBe(0);
  }
  return place;
}

async function restored(place: Place, label: string, ...flags: string[]): Promise<JsonObject> {
  const to = join(place.folder, `restored-${label}${flags.join('')}`);
  const { exitCode, stdout, stderr } = await cli(['restore', place.sink, label, '--to', to, ...flags, '--json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return jsonLines(stdout).at(-2) ?? {};
}

function filesOf(report: JsonObject): readonly RestoredFile[] {
  const files: unknown = report['files'];
  return Array.isArray(files) ? files : [];
}

/** Replays the logs into a copy of the database; resolves with the digest of all of its pages. */
async function recoveredState(place: Place, files: readonly RestoredFile[]): Promise<string> {
  const folder = join(place.folder, 'recovered');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const copies = files
    .filter(({ role }) => role !== 'dynamic')
    .map(({ path }) => ({ path, copy: join(folder, basename(path)) }));
  for (const { path, copy } of copies) await copyFile(path, copy);
  const [database = ''] = copies.map(({ copy }) => copy).filter((copy) => copy.endsWith('.edb'));
  await replayLogs(
    database,
    copies.map(({ copy }) => copy).filter((copy) => copy.endsWith('.log')),
  );
  return await stateDigest(database);
}

describe('a logs-only set', () => {
  it('is restored with its full set and the logs between, in one folder or one for each set', async () => {
    const place = await newChain();
    const [full = '', middle = '', newest = ''] = await labelsIn(place);
    const single = await restored(place, 'latest');
    const { digests } = await place.ca.report();
    const comparison = await compareRestored(filesOf(single), digests, place.ca.enrollFolder);
    // Logs from before the full set's first one were handed out in no session.
    expect(comparison.differences).toEqual([]);
    expect(single).toMatchObject({ label: newest, sound: true, verdict: { restorable: 'complete', base: full } });
    expect(await recoveredState(place, filesOf(single))).toBe(await stateDigest(place.ca));
    expect(await recoveredState(place, filesOf(await restored(place, middle)))).not.toBe(await stateDigest(place.ca));

    const perSet = await restored(place, newest, '--layout', 'per-set');
    expect(perSet['folders']).toMatchObject([{ label: full }, { label: middle }, { label: newest }]);
    const names = (report: JsonObject): string[] =>
      filesOf(report)
        .map(({ name }) => name)
        .sort();
    expect(names(perSet)).toEqual(names(single));
    const again = await compareRestored(filesOf(perSet), digests, place.ca.enrollFolder);
    expect(again).toMatchObject({ differences: [], identical: { length: comparison.identical.length } });
    for (const label of [middle, newest]) {
      const inFolder = await readdir(join(String(perSet['to']), label, 'DataBase'));
      expect(inFolder.filter((name) => name.endsWith('.edb'))).toEqual([]);
      expect(inFolder).toEqual(expect.arrayContaining(['certbkxp.dat', expect.stringMatching(/^edb.*\.log$/)]));
    }
  });

  it('tells certutil the order of folders, is checked again page by page, and is broken without its full set', async () => {
    const place = await newChain();
    const [full = ''] = await labelsIn(place);
    const to = join(place.folder, 'restored');
    const { stdout } = await cli(['restore', place.sink, 'latest', '--to', to, '--layout', 'per-set']);
    expect(normalised(stdout, place)).toContain(`
  net stop certsvc
  certutil -f -restoreDB /tmp/place/restored/LABEL
  certutil -restoreDB /tmp/place/restored/LOGS-ONLY-LABEL
  certutil -restoreDB /tmp/place/restored/LOGS-ONLY-LABEL
  net start certsvc
`);
    expect(normalised(stdout, place)).toContain('\n  it builds on the full set LABEL\n');

    const verified = await cli(['verify', place.sink, '--ese']);
    expect(verified.exitCode).toBe(0);
    expect(
      verified.stdout.match(/every block of databases and logs read, pages and logs of \d files checked again$/gm),
    ).toHaveLength(3);
    expect(verified.stdout.match(/^ {2}Restorable: yes, /gm)).toHaveLength(3);

    const names = await readdir(place.sink, { recursive: true });
    const map = join(place.sink, names.find((name) => name.includes(`${full}/map-`)) ?? '');
    await rename(map, `${map}.aside`);
    const lost = await cli(['verify', place.sink, 'latest']);
    expect(lost.exitCode).toBe(14);
    expect(lost.stdout.match(/^\S+ of test-ca-\w+: (DAMAGED|intact), not signed;/gm)).toHaveLength(3);
    expect(
      lost.stdout.match(/^ {2}Restorable: NO\n {4}what \S+-full has stored is missing or damaged, see its/gm),
    ).toHaveLength(3);
    expect(lost.stderr).toMatch(/^error: 1 of 3 sets is damaged$/m);
    await rename(`${map}.aside`, map);
    await rm(join(place.sink, names.find((name) => name.endsWith(`${full}.json`)) ?? ''));
    const broken = await cli(['verify', place.sink]);
    expect(broken.exitCode).toBe(14);
    expect(broken.stdout.match(/^ {2}chain-broken: it was sound when it was sealed, but now: /gm)).toHaveLength(2);
    expect(broken.stdout.match(/^ {2}Restorable: NO$/gm)).toHaveLength(2);
    expect(broken.stderr).toMatch(/^error: 2 of 2 sets are damaged$/m);
    const refused = await cli(['restore', place.sink, 'latest', '--to', join(place.folder, 'refused')]);
    expect(refused.exitCode).toBe(14);
    expect(refused.stderr).toMatch(/^error: \S+-logs-only can't be restored: its full set is not there$/m);
  });

  it('needs a full set: without one it is refused, and auto takes one', async () => {
    const place = await newPlace();
    const run = await backUp(place, '--type', 'logs-only', '--truncate-logs');
    expect(run.told).toMatchObject({ exitCode: 1, error: 'full-backup-missing' });
    expect(run.isTruncated).toBe(false);
    expect(await labelsIn(place)).toEqual([]);
    expect((await backUp(place, '--type', 'auto', '--truncate-logs')).told.sealed).toBe('full, sound');
  });
});
