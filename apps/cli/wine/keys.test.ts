import { compareRestored } from '@adcs-backup/standin';
import { expect, it } from 'vitest';
import { jsonLines } from '../test/run-cli.ts';
import { restoredFiles } from './restored.ts';
import { adcsBackup, newCa, newFolder, typed } from './windows.ts';

/** Keys where people keep them, and sets that they don't fit. */

it('a private key comes by standard input, and opens what a wrong one does not', async () => {
  const { ca } = await newCa();
  await newFolder('Keys');
  const [sink, target] = [await newFolder('Backups'), await newFolder('Restored')];
  const publicKeys = [];
  for (const name of ['right', 'wrong']) {
    const made = await adcsBackup(['keys', 'generate', '--output', `C:\\Keys\\${name}.key`, '--json']);
    expect(made.code, made.stderr).toBe(0);
    publicKeys.push(jsonLines(made.stdout).find(({ type }) => type === 'key-generated')?.['publicKey']);
  }
  const backup = await adcsBackup(['backup', sink.path, '--recipient', String(publicKeys[0])]);
  expect(backup.code, backup.stderr).toBe(0);
  const restore = `adcs-backup restore ${sink.path} latest --to ${target.path}\\CA --json --identity -`;
  const wrong = await typed([`${restore} <C:\\Keys\\wrong.key`]);
  expect(jsonLines(wrong.stdout)).toContainEqual(expect.objectContaining({ type: 'error', code: 'identity-missing' }));
  expect(wrong.code).toBe(2);
  const right = await typed([`${restore} <C:\\Keys\\right.key`]);
  expect(right.code, right.stdout).toBe(0);
  const { digests } = await ca.report();
  const { differences } = await compareRestored(restoredFiles(right.stdout), digests, ca.enrollFolder);
  expect(differences).toEqual([]);
});

it('a set that somebody else signed is refused with 14', async () => {
  await newCa();
  await newFolder('Keys');
  const sink = await newFolder('Backups');
  for (const name of ['ours', 'theirs']) {
    const made = await adcsBackup(['keys', 'generate', '--signing', '--output', `C:\\Keys\\${name}.key`]);
    expect(made.code, made.stderr).toBe(0);
  }
  const backup = await adcsBackup(['backup', sink.path, '--signing-key', 'C:\\Keys\\theirs.key']);
  expect(backup.code, backup.stderr).toBe(0);
  const verify = await adcsBackup(['verify', sink.path, '--signed-by', 'C:\\Keys\\ours.key.pub', '--json']);
  expect(verify.code, verify.stdout).toBe(14);
  const same = await adcsBackup(['verify', sink.path, '--signed-by', 'C:\\Keys\\theirs.key.pub', '--json']);
  expect(same.code, same.stdout).toBe(0);
});
