import { join } from 'node:path';
import { compareRestored, type RestoredFile } from '@adcs-backup/standin';
import { expect } from 'vitest';
import type { Place } from '../test/place.ts';
import { cli, type JsonObject, jsonLines } from '../test/run-cli.ts';
import { backUp, labelsIn } from '../test/told-backup.ts';

/** From the first full set of a CA to a restored CA, compared byte by byte with what the CA handed out. */
export async function tellWholeStory(place: Place): Promise<void> {
  const { ca } = place;
  await ca.recordDigests(true);
  expect((await backUp(place, '--truncate-logs')).told).toEqual({ exitCode: 0, sealed: 'full, sound' });
  await ca.issueCertificates({ changedPages: 20, appendedPages: 8, logs: 3 });
  await ca.clearReport();
  const full = await backUp(place, '--truncate-logs');
  expect(full.told).toEqual({ exitCode: 0, sealed: 'full, sound' });
  expect(full.logsAfter.length).toBeLessThan(full.logsBefore.length);
  await ca.issueCertificates({ changedPages: 3, logs: 2 });
  const logsOnly = await backUp(place, '--type', 'auto', '--truncate-logs');
  expect(logsOnly.told).toEqual({ exitCode: 0, sealed: 'logs-only, sound' });
  expect(logsOnly.isTruncated).toBe(true);
  await expectRestorable(place, 3);
}

/** Verifies all sets, restores the newest, and compares; the stand-in's report is that of the sets it is made of. */
export async function expectRestorable(place: Place, sets: number): Promise<void> {
  const { sink, ca, folder, env = {} } = place;
  expect(await labelsIn(place)).toHaveLength(sets);
  const verified = await cli(['verify', sink, '--read-data', '--ese', '--json'], { env });
  expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
  expect(jsonLines(verified.stdout).filter(({ type }) => type === 'set-verified')).toHaveLength(sets);
  const restored = await cli(['restore', sink, 'latest', '--to', join(folder, 'restored'), '--json'], { env });
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
  const { digests } = await ca.report();
  const compared = await compareRestored(restoredFiles(jsonLines(restored.stdout)), digests, ca.enrollFolder);
  expect(compared.differences).toEqual([]);
  expect(new Set(compared.identical.map(({ role }) => role))).toEqual(new Set(['database', 'log', 'dynamic']));
}

export function restoredFiles(lines: readonly JsonObject[]): RestoredFile[] {
  const files: unknown = lines.find(({ type }) => type === 'set-restored')?.['files'];
  if (!Array.isArray(files)) throw new Error('nothing was restored');
  return files.map(({ role, name, path }) => ({ role: String(role), name: String(name), path: String(path) }));
}
