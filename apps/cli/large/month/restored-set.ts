import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { composeStored, type RestoreReport, restoreSet, type SetEntry, verdictOf, verifySet } from '@adcs-backup/core';
import { logGeneration } from '@adcs-backup/ese';
import { replayLogs, stateDigest } from '@adcs-backup/standin';
import { expect } from 'vitest';
import { sha256Of } from './log-archive.ts';
import { newPath, type RecordedSet, type Scene } from './scene.ts';

/** Paths of a folder's logs by generation. */
export async function restoredLogs(folder: string): Promise<ReadonlyMap<number, string>> {
  const logs = (await readdir(folder)).map((name) => [logGeneration(name), join(folder, name)] as const);
  return new Map(logs.flatMap(([generation, path]) => (generation === undefined ? [] : [[generation, path] as const])));
}

/** Restores a set and holds it to what the CA recorded; and what is said of it to how it went. */
export async function checkRestore(scene: Scene, entry: SetEntry): Promise<void> {
  const { sink, sets, tally } = scene;
  const label = entry.label.text;
  const recorded = sets.get(label);
  if (recorded === undefined) throw new Error(`nobody knows ${label}`);
  const { manifest } = recorded;
  const verified = await verifySet(sink, entry, { readData: 100, ese: true });
  expect(verified).toMatchObject({ label, intact: true, findings: [], sound: manifest.sound });
  const verdict = verdictOf(await composeStored(sink, entry));
  expect({ label, verdict: verified.verdict }).toEqual({ label, verdict });
  if (manifest.sound) expect({ label, ...verdict }).toMatchObject({ label, restorable: 'complete' });
  tally.count(tally.checks, `${manifest.sound ? 'sound' : 'suspect'} set, restorable: ${verdict.restorable}`);
  const to = newPath(scene, 'restored');
  const report = await restoreSet(sink, entry, { to });
  expect(report.verdict).toEqual(verdict);
  if (verdict.restorable === 'no') await checkImpossible(report, label);
  else await checkRestored(scene, recorded, report);
  await rm(to, { recursive: true });
}

async function checkImpossible({ files, to }: RestoreReport, label: string): Promise<void> {
  const database = files.find(({ role }) => role === 'database')?.path ?? '';
  const logs = await restoredLogs(join(to, 'DataBase'));
  await expect(replayLogs(database, [...logs.values()]), label).rejects.toThrow();
}

async function checkRestored(scene: Scene, recorded: RecordedSet, report: RestoreReport): Promise<void> {
  const { sets, place, tally } = scene;
  const { label } = recorded.manifest;
  const base = sets.get(report.verdict.base ?? '');
  const expected = new Map<string, string | undefined>();
  const found = new Map<string, string>();
  for (const { role, name, path } of report.files) {
    const generation = logGeneration(name);
    if (role === 'database') expected.set(name, base?.handedOut.get(name));
    else if (generation !== undefined) expected.set(name, recorded.logs.get(generation));
    else expected.set(name, await sha256Of(join(place.ca.enrollFolder, basename(path))));
    found.set(name, await sha256Of(path));
  }
  expect({ label, files: Object.fromEntries(found) }).toEqual({ label, files: Object.fromEntries(expected) });
  const logs = await restoredLogs(join(report.to, 'DataBase'));
  expect({ label, last: Math.max(...logs.keys()) }).toEqual({ label, last: report.verdict.logs?.highest });
  if (report.verdict.restorable !== 'complete') return;
  const database = report.files.find(({ role }) => role === 'database')?.path ?? '';
  await replayLogs(database, [...logs.values()]);
  expect({ label, state: await stateDigest(database) }).toEqual({ label, state: recorded.state });
  tally.count(tally.checks, recorded.wasBusy ? 'state amid issuance' : 'state at rest');
}
