import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type RestoreEvent, restoreSet, type SetEntry } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { TargetFolder } from '../../src/restore/target-folder.ts';
import { backUp, newestSet, noise, temporaryFolder, testCa } from '../arrange.ts';
import { validDatabase, validLogs } from '../valid-files.ts';

async function storedSet(ca = testCa()): Promise<{ sink: MemorySink; entry: SetEntry }> {
  const sink = new MemorySink();
  const { result } = await backUp(sink, ca);
  expect(result.at).toBe('finished');
  return { sink, entry: await newestSet(sink) };
}

/** Does something to the target when the restore has come so far; `to` has a parent of its own. */
async function disturbed(when: 'at first' | 'at last', disturb: (to: string) => void) {
  const databases = { 'Test CA.edb': validDatabase({ seeds: [1, 2] }), 'Zeros.edb': Buffer.alloc(70_000) };
  const { sink, entry } = await storedSet(testCa({ databases }));
  const to = join(temporaryFolder(), 'to');
  const events: RestoreEvent[] = [];
  const observe = (event: RestoreEvent): void => {
    events.push(event);
    if (event.type !== 'restore-progress') return;
    if (event.doneBytes === event.totalBytes ? when === 'at last' : when === 'at first') disturb(to);
  };
  const error: unknown = await restoreSet(sink, entry, { to, observe }).catch((reason: unknown) => reason);
  return { to, events, error };
}

test('more files than may be open at once all come back', async () => {
  const logs = validLogs({ last: 70 });
  const { sink, entry } = await storedSet(testCa({ logs }));
  const to = temporaryFolder();
  await restoreSet(sink, entry, { to });
  for (const [name, bytes] of Object.entries(logs)) {
    expect(readFileSync(join(to, 'DataBase', name)).equals(bytes), name).toBe(true);
  }
});

test('a name that the disk refuses is a fault of the target, and nothing stays', async () => {
  const name = `${'x'.repeat(300)}.edb`;
  const { sink, entry } = await storedSet(testCa({ databases: { [name]: noise(100, 1) } }));
  const to = temporaryFolder();
  const restored = restoreSet(sink, entry, { to });
  await expect(restored).rejects.toMatchObject({ code: 'target-failed', cause: { code: 'ENAMETOOLONG' } });
  expect(readdirSync(to)).toEqual([]);
});

test.each([
  ['that is written to', 'at first', 'DynamicFiles/Test CA.crl'],
  ['of zeros, which nobody opened', 'at last', 'DataBase/Zeros.edb'],
] as const)('a file %s ends the restore when somebody takes it away', async (_name, when, file) => {
  const { error, to } = await disturbed(when, (folder) =>
    rmSync(join(folder, 'partial-restore', file), { force: true }),
  );
  expect(error).toMatchObject({ code: 'target-failed', cause: { code: 'ENOENT' } });
  expect(readdirSync(to)).toEqual([]);
});

test.each([
  ['restored-set.json', 'EISDIR'],
  ['replaced', 'EEXIST'],
])('a folder in the way of a last step, %s, ends the restore', async (name, code) => {
  const { error, to } = await disturbed('at last', (folder) => mkdirSync(join(folder, 'partial-restore', name)));
  expect(error).toMatchObject({ code: 'target-failed', cause: { code } });
  expect(readdirSync(to)).toEqual([]);
});

test('an earlier restore is back when the last step that would replace it fails', async () => {
  const to = temporaryFolder();
  mkdirSync(join(to, 'DataBase'));
  writeFileSync(join(to, 'DataBase', 'old.edb'), 'old');
  writeFileSync(join(to, 'restored-set.json'), '{}');
  const target = await TargetFolder.prepare(to, { bytes: 0, overwrite: true });
  writeFileSync(join(target.partial, 'restored-set.json'), '{"new": true}');
  // Somebody took away the folder that would have come last.
  const published = target.publish(['restored-set.json', 'DataBase']);
  await expect(published).rejects.toMatchObject({ code: 'target-failed', cause: { code: 'ENOENT' } });
  await target.discard();
  expect(readFileSync(join(to, 'restored-set.json'), 'utf8')).toBe('{}');
  expect(readdirSync(to, { recursive: true }).sort()).toEqual(['DataBase', 'DataBase/old.edb', 'restored-set.json']);
});

test('what cannot be cleared away after a failure is told, and the failure stays what it was', async () => {
  const { error, events, to } = await disturbed('at last', (folder) => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
  });
  expect(error).toMatchObject({ code: 'target-failed', cause: { code: 'ENOTDIR' } });
  expect(events.at(-1)).toMatchObject({
    type: 'cleanup-failed',
    path: join(to, 'partial-restore'),
    message: expect.stringContaining('ENOTDIR'),
  });
});

/** Of everything that is in a folder, which differ from what a folder or a file should have. */
function wrongModesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const found = statSync(join(folder, name));
    return (found.mode & 0o777) !== (found.isDirectory() ? 0o700 : 0o600);
  });
}

const modeOf = (folder: string): string => (statSync(folder).mode & 0o777).toString(8);

test('what is restored is open to its owner alone, and so is a folder that was not there', async () => {
  const { sink, entry } = await storedSet();
  const to = join(temporaryFolder(), 'parent', 'to');
  await restoreSet(sink, entry, { to });
  expect([modeOf(to), wrongModesIn(to)]).toEqual(['700', []]);
  expect(readdirSync(to)).toEqual(['DataBase', 'DynamicFiles', 'restored-set.json']);
});

test('a folder that is there keeps the rights it has', async () => {
  const { sink, entry } = await storedSet();
  const to = temporaryFolder();
  chmodSync(to, 0o755);
  await restoreSet(sink, entry, { to });
  expect([modeOf(to), wrongModesIn(to)]).toEqual(['755', []]);
});

test('another hand makes each folder that will lie in the target, and the target', async () => {
  const { sink, entry } = await storedSet();
  const to = join(temporaryFolder(), 'to');
  const made: string[] = [];
  const makeFolder = async (path: string): Promise<void> => {
    made.push(relative(to, path));
    mkdirSync(path);
  };
  await restoreSet(sink, entry, { to, makeFolder });
  const partial = 'partial-restore';
  expect(made).toEqual(['', partial, join(partial, 'DynamicFiles'), join(partial, 'DataBase')]);
});
