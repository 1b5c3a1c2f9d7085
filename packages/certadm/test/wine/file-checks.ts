/** Files as Windows has them: rights. */
import assert from 'node:assert/strict';
import { check, skip } from './check.ts';
import type { WineMachine } from './machine.ts';

const nobody = { mayRead: [], mayWrite: [] };

export async function checkFiles(machine: WineMachine): Promise<void> {
  const ended = await machine.run('files.ts');
  assert.equal(ended.code, 0, ended.stderr);
  const { open, closed, keyFile, long, longLength, entries, errors } = JSON.parse(ended.stdout);
  await check('who else reads a folder is told, with the name', () => {
    assert.deepEqual(open, { mayRead: [{ sid: 'S-1-1-0', name: 'Everyone' }], mayWrite: [] });
  });
  await check('a folder is closed from the moment it exists, and the same account works in it', () => {
    assert.deepEqual(closed, nobody);
    assert.ok(entries.includes('signing.key'));
  });
  await check('a file is closed from the moment it exists, and can be written', () =>
    assert.deepEqual(keyFile, nobody),
  );
  await check('a path beyond 260 characters is closed, too', () => {
    assert.ok(longLength > 260);
    assert.deepEqual(long, nobody);
  });
  await check('failures have the codes that Node gives them', () => {
    const expected = { folderAgain: 'EEXIST', fileAgain: 'EEXIST', noParent: 'ENOENT', missing: 'ENOENT' };
    assert.deepEqual(errors, expected);
  });
  skip('files in a closed folder inherit its list', 'Wine derives every list from the mode of a file');
}
