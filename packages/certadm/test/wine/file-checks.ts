/** Files as Windows has them: rights. */
import assert from 'node:assert/strict';
import type { AccessOfOthers } from '../../src/index.ts';
import { check, skip } from './check.ts';
import type { NodeMachine } from './machine.ts';

function assertClosed({ mayRead, mayWrite }: AccessOfOthers): void {
  assert.deepEqual({ mayRead, mayWrite }, { mayRead: [], mayWrite: [] });
}

export async function checkFiles(machine: NodeMachine): Promise<void> {
  await machine.plugIn('unc/nas/share');
  const ended = await machine.run('files.ts');
  assert.equal(ended.code, 0, ended.stderr);
  const { open, closed, keyFile, shared, sharedKey, long, longLength, entries, errors } = JSON.parse(ended.stdout);
  await check('who else reads a folder is told, with the name', () => {
    const { remedy, ...access } = open;
    assert.deepEqual(access, { mayRead: [{ sid: 'S-1-1-0', name: 'Everyone' }], mayWrite: [] });
    assert.match(
      remedy.join(),
      /^icacls "C:\\files\\open" .* "\*S-1-5-21-[-0-9]+:\(OI\)\(CI\)F" \/remove "\*S-1-1-0"$/,
    );
  });
  await check('a folder is closed from the moment it exists, and the same account works in it', () => {
    assertClosed(closed);
    assert.ok(entries.includes('signing.key'));
  });
  await check('a file is closed from the moment it exists, and can be written', () => assertClosed(keyFile));
  await check('a path beyond 260 characters is closed, too', () => {
    assert.ok(longLength > 260);
    assertClosed(long);
  });
  await check('on a share, folders and files are like any others', () => {
    for (const { mayRead } of [shared, sharedKey]) assert.deepEqual(mayRead, [{ sid: 'S-1-1-0', name: 'Everyone' }]);
  });
  await check('failures have the codes that Node gives them', () => {
    const exists = { folderAgain: 'EEXIST', fileAgain: 'EEXIST', sharedFolderAgain: 'EEXIST' };
    assert.deepEqual(errors, { ...exists, noParent: 'ENOENT', missing: 'ENOENT' });
  });
  skip('files in a closed folder inherit its list', 'Wine derives every list from the mode of a file');
}
