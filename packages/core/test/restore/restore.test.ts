import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type RestoreEvent, restoreSet, type SetEntry } from '@adcs-backup/core';
import { objectKey } from '@adcs-backup/core/sink';
import { FaultySink, MemorySink } from '@adcs-backup/core/testing';
import { describe, expect, test } from 'vitest';
import { targetError } from '../../src/restore/target-error.ts';
import { backUp, newestSet, noise, temporaryFolder, testCa } from '../arrange.ts';

async function storedSet(ca = testCa()): Promise<{ sink: MemorySink; entry: SetEntry }> {
  const sink = new MemorySink();
  const { result } = await backUp(sink, ca);
  expect(result.at).toBe('finished');
  return { sink, entry: await newestSet(sink) };
}

/** Stores the manifest anew with `from` replaced. */
function editManifest(sink: MemorySink, entry: SetEntry, [from, to]: readonly [string, string]): void {
  const text = Buffer.from(sink.objects.get(entry.manifestKey)?.bytes ?? []).toString();
  expect(text).toContain(from);
  sink.replace(entry.manifestKey, Buffer.from(text.replaceAll(from, to)));
}

test('makes the folder, tells of its progress, and reports what it wrote', async () => {
  const { sink, entry } = await storedSet();
  const to = join(temporaryFolder(), 'deep', 'new');
  const events: RestoreEvent[] = [];
  const report = await restoreSet(sink, entry, { to, observe: (event) => events.push(event) });
  expect(report).toMatchObject({
    label: entry.label.text,
    sound: true,
    verdict: { restorable: 'complete', base: entry.label.text, logs: { lowest: 1, highest: 2 } },
    folders: [{ label: entry.label.text, path: to }],
    packsRead: 1,
  });
  expect(report.files.map(({ role, name }) => `${role} ${name}`)).toEqual([
    'database Test CA.edb',
    'log edb00001.log',
    'log edb00002.log',
    'dynamic Test CA.crl',
  ]);
  for (const { path, sizeBytes } of report.files) expect(readFileSync(path)).toHaveLength(sizeBytes);
  const progress = events.filter((event) => event.type === 'restore-progress');
  expect(progress.at(-1)).toEqual({ type: 'restore-progress', doneBytes: report.bytes, totalBytes: report.bytes });
  expect(JSON.parse(readFileSync(join(to, 'restored-set.json'), 'utf8'))).toMatchObject({
    ca: 'Test CA',
    server: 'ca01',
  });
});

test('refuses a folder with anything in it, and touches nothing there', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  writeFileSync(join(to, 'mine.txt'), 'mine');
  await expect(restoreSet(sink, entry, { to })).rejects.toMatchObject({ code: 'target-not-empty' });
  expect(readdirSync(to)).toEqual(['mine.txt']);
});

test('replaces an earlier restore only when told to, and keeps other files', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  mkdirSync(join(to, 'DataBase'));
  writeFileSync(join(to, 'DataBase', 'old.edb'), 'old');
  writeFileSync(join(to, 'mine.txt'), 'mine');
  await restoreSet(sink, entry, { to, overwrite: true });
  expect(readdirSync(to).sort()).toEqual(['DataBase', 'DynamicFiles', 'mine.txt', 'restored-set.json']);
  expect(readdirSync(join(to, 'DataBase'))).not.toContain('old.edb');
});

test('leaves an earlier restore as it is when the new one fails', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  mkdirSync(join(to, 'DataBase'));
  writeFileSync(join(to, 'DataBase', 'old.edb'), 'old');
  const faulty = new FaultySink(sink, [{ method: 'get', key: /pack/ }]);
  await expect(restoreSet(faulty, entry, { to, overwrite: true })).rejects.toMatchObject({ code: 'sink-unreachable' });
  expect(readdirSync(to, { recursive: true }).sort()).toEqual(['DataBase', 'DataBase/old.edb']);
});

test('clears away what an interrupted restore left, and only that', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  mkdirSync(join(to, 'partial-restore', 'DataBase'), { recursive: true });
  writeFileSync(join(to, 'partial-restore', 'DataBase', 'half.edb'), 'half');
  await restoreSet(sink, entry, { to });
  expect(readdirSync(to).sort()).toEqual(['DataBase', 'DynamicFiles', 'restored-set.json']);
});

test('stops when aborted and leaves nothing', async () => {
  const { sink, entry } = await storedSet(testCa({ databases: { 'Test CA.edb': noise(18 * 1024 ** 2, 3) } }));
  const to = temporaryFolder();
  const abort = new AbortController();
  const observe = (event: RestoreEvent): void => {
    if (event.type === 'restore-progress') abort.abort(new Error('stop'));
  };
  await expect(restoreSet(sink, entry, { to, signal: abort.signal, observe })).rejects.toThrow('stop');
  expect(readdirSync(to)).toEqual([]);
});

test.each([
  ['deleted', (path: string) => rmSync(path)],
  ['cut', (path: string) => truncateSync(path, 5)],
])('reports no success when a file is %s behind its back', async (_name, disturb) => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  let isDisturbed = false;
  const observe = (event: RestoreEvent): void => {
    if (event.type !== 'restore-progress' || event.doneBytes !== event.totalBytes || isDisturbed) return;
    isDisturbed = true;
    disturb(join(to, 'partial-restore', 'DataBase', 'Test CA.edb'));
  };
  await expect(restoreSet(sink, entry, { to, observe })).rejects.toMatchObject({ code: 'target-failed' });
  expect(isDisturbed).toBe(true);
  expect(readdirSync(to)).toEqual([]);
});

test('looks for room before it writes', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  const { bavail, bsize } = statfsSync(to);
  const tooLarge = String(bavail * bsize * 4 + 65_536);
  editManifest(sink, entry, ['"sizeBytes": 1800,', `"sizeBytes": ${tooLarge},`]);
  // The maps no longer fit such a file: that is found first, so room is asked for on its own.
  await expect(restoreSet(sink, entry, { to })).rejects.toMatchObject({ code: 'integrity-failed' });
  const { TargetFolder } = await import('../../src/restore/target-folder.ts');
  const prepared = TargetFolder.prepare(to, { bytes: Number(tooLarge), overwrite: false });
  await expect(prepared).rejects.toMatchObject({ code: 'target-full' });
});

describe('a name from the sink', () => {
  const unsafe = ['../evil', 'a/b', 'a\\\\b', '..', '.', 'C:evil', 'evil\\u0000'];
  /** Windows takes these for devices, or drops their last character. */
  const unsafeOnWindows = ['nul', 'COM1.edb', 'con .crl', 'evil.', 'evil '];
  test.each([
    ...[...unsafe, ...unsafeOnWindows, 'certbkxp.dat', 'EDB00001.log'].map((name) => ['Test CA.edb', name] as const),
    ...unsafe.map((name) => ['Test CA.crl', name] as const),
  ])('never leads out of the folder or over another file: %s as %s', async (stored, name) => {
    const { sink, entry } = await storedSet();
    editManifest(sink, entry, [`"name": "${stored}"`, `"name": "${name}"`]);
    const parent = temporaryFolder();
    await expect(restoreSet(sink, entry, { to: join(parent, 'to') })).rejects.toMatchObject({
      code: 'integrity-failed',
    });
    expect(readdirSync(parent)).toEqual([]);
  });
});

test('a target that cannot be written to is named, with the cause', async () => {
  const { sink, entry } = await storedSet();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const error: unknown = await restoreSet(sink, entry, { to: join(file, 'to') }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'target-failed', cause: { code: 'ENOTDIR' } });
  expect(existsSync(file)).toBe(true);
});

test('a full disk is told from other faults of the target', () => {
  expect(targetError(Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'X')).toMatchObject({
    code: 'target-full',
  });
  expect(targetError('text', 'X')).toBe('text');
});

test('files of one name in two folders both come back', async () => {
  const dynamicFiles = {
    '\\\\ca01\\C$\\one\\a.crl': noise(100, 1),
    '\\\\ca01\\C$\\two\\A.crl': noise(100, 2),
    '\\\\ca01\\C$\\3\\a.crl': noise(9, 3),
  };
  const { sink, entry } = await storedSet(testCa({ dynamicFiles }));
  const to = temporaryFolder();
  await restoreSet(sink, entry, { to });
  expect(readdirSync(join(to, 'DynamicFiles')).sort()).toEqual(['2-A.crl', '3-a.crl', 'a.crl']);
  expect(readFileSync(join(to, 'DynamicFiles', '2-A.crl')).equals(noise(100, 2))).toBe(true);
  expect(sink.objects.has(objectKey('data/x'))).toBe(false);
});
