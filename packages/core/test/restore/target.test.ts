import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSet, type RestoreEvent, restoreSet, type SetEntry } from '@adcs-backup/core';
import { MemorySink } from '@adcs-backup/core/testing';
import { expect, test } from 'vitest';
import { backUp, noise, temporaryFolder, testCa } from '../arrange.ts';

async function storedSet(ca = testCa()): Promise<{ sink: MemorySink; entry: SetEntry }> {
  const sink = new MemorySink();
  const { result } = await backUp(sink, ca);
  expect(result.at).toBe('finished');
  return { sink, entry: await findSet(sink, { label: 'latest' }) };
}

/** Does something to the target when the restore has come so far; `to` has a parent of its own. */
async function disturbed(when: 'at first' | 'at last', disturb: (to: string) => void) {
  const logs = { 'edb00001.log': noise(70_000, 2), 'edb00002.log': Buffer.alloc(70_000) };
  const { sink, entry } = await storedSet(testCa({ logs }));
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
  const names = Array.from({ length: 70 }, (_, index) => `edb${String(index + 1).padStart(5, '0')}.log`);
  const logs = Object.fromEntries(names.map((name, index) => [name, noise(70_000, index)]));
  const { sink, entry } = await storedSet(testCa({ logs }));
  const to = temporaryFolder();
  await restoreSet(sink, entry, { to });
  for (const [name, bytes] of Object.entries(logs)) {
    expect(readFileSync(join(to, 'DataBase', name)).equals(bytes), name).toBe(true);
  }
});

test('a name that the disk refuses is a fault of the target, and nothing stays', async () => {
  const name = `${'x'.repeat(300)}.log`;
  const { sink, entry } = await storedSet(testCa({ logs: { [name]: noise(100, 1) } }));
  const to = temporaryFolder();
  const restored = restoreSet(sink, entry, { to });
  await expect(restored).rejects.toMatchObject({ code: 'target-failed', cause: { code: 'ENAMETOOLONG' } });
  expect(readdirSync(to)).toEqual([]);
});

test.each([
  ['that is written to', 'at first', 'DynamicFiles/Test CA.crl'],
  ['of zeros, which nobody opened', 'at last', 'DataBase/edb00002.log'],
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
  const { sink, entry } = await storedSet(testCa({ dynamicFiles: {} }));
  const to = temporaryFolder();
  mkdirSync(join(to, 'DataBase'));
  writeFileSync(join(to, 'DataBase', 'old.edb'), 'old');
  writeFileSync(join(to, 'restored-set.json'), '{}');
  // The folder for dynamic files can't be moved any more.
  const observe = (event: RestoreEvent): void => {
    if (event.type === 'restore-progress')
      rmSync(join(to, 'partial-restore', 'DynamicFiles'), { recursive: true, force: true });
  };
  const error: unknown = await restoreSet(sink, entry, { to, overwrite: true, observe }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'target-failed', cause: { code: 'ENOENT' } });
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
